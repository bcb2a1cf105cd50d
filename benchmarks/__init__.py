"""How fast the server is, beside what a team would write instead: ``nox -s bench``.

Single figures are measured by modules of their own: ``python -m benchmarks.sign_ins``,
``benchmarks.protection`` and ``benchmarks.mails``.
"""
