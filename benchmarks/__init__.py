"""How fast the server is, beside what a team would write instead: ``nox -s bench``."""
