"""The server as a program: the only place that knows every package and puts them together.

Its libraries come with the extra ``server``; nothing outside this folder imports it.
"""
