"""Clients of external movie providers.

``generated`` holds a client for each provider as its document describes it. A client takes an
answer at its word, knows no time-out and no second try: what a program can rely on in spite of
how a provider behaves is for the adapter that stands before it.
"""

__all__: list[str] = []
