"""Forks ``watchlist worker`` for each line that it reads: a start takes no seconds for imports.

Each is the command itself in a process of its own. Of each the process is told, and then how it
ended. What the workers write goes where the errors of this program go.
"""

import os
import sys
from importlib import import_module

from watchlist_http.server.cli.program import program

# What a worker imports when it needs it.
for name in (
    "asyncpg",
    "jinja2",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvloop",
    "watchlist_http.server.chores",
    "watchlist_http.server.cli.worker",
    "watchlist_http.server.opening",
    "watchlist_http.server.outbound.mail.smtp",
):
    import_module(name)

for _ in sys.stdin:
    worker = os.fork()
    if not worker:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        program(["worker"])
    print(worker, flush=True)  # noqa: T201  this is what the test waits for
    _, status = os.waitpid(worker, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  as above
