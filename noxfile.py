"""Every check and every command of the project; ``nox --list`` tells them.

Most sessions share one environment, ``dev``, so that it is installed once. The others have their
own, since what they prove is that nothing more is needed: ``serve``, ``contracts``, ``wheels``.

All that is installed from elsewhere is pinned and hashed in constraints.txt (``nox -s lock``).
With uv on the path everything is quicker; with nothing but Python and pip it works as well.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import nox
from packaging.requirements import Requirement

# `python -m nox` looks here for modules by itself, `nox` does not.
sys.path.insert(0, str(Path(__file__).parent))

from dependencies import (
    CONSTRAINTS,
    PACKAGES,
    ROOT,
    all_packages,
    of_group,
    of_package,
    pinned,
    with_all_extras,
)

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_external_run = True
# A shared environment is made anew when the Python that runs nox is another one.
os.environ.setdefault("NOX_ENABLE_STALENESS_CHECK", "1")

PYTHONS: Final = ("3.11", "3.12", "3.13")
OWN_PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"

# Memory and the other limits of a machine end before its cores do.
PARALLEL: Final = ("-n", "auto", "--maxprocesses", "8")


# What is installed


def install(
    session: nox.Session, requirements: Iterable[Requirement], editable: Sequence[str] = ()
) -> None:
    """Install what is needed from elsewhere, then *editable* packages of ours, unless it stands."""
    wanted = sorted(set(pinned(requirements)))
    descriptions = [ROOT / "packages" / package / "pyproject.toml" for package in editable]
    state = sha256("\n".join(wanted).encode())
    for file in [CONSTRAINTS, *descriptions]:
        state.update(file.read_bytes())
    stamp = Path(session.virtualenv.location) / "installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state.hexdigest():
        return

    session.install("--require-hashes", "-c", str(CONSTRAINTS), "-r", listed(session, wanted))
    if editable:
        # No index knows our packages, and a folder has no hash: hence on their own.
        folders = [arg for package in editable for arg in ("-e", str(ROOT / "packages" / package))]
        session.install("--no-deps", "--build-constraint", str(CONSTRAINTS), *folders)
    stamp.write_text(state.hexdigest(), encoding="utf-8")


def listed(session: nox.Session, requirements: Iterable[str]) -> str:
    """Write a requirements file of the session, and return where it is."""
    file = Path(session.create_tmp()) / "requirements.txt"
    file.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    return str(file)


# The shared environment


@nox.session(reuse_venv=True, default=False)
def dev(session: nox.Session) -> None:
    """Install the environment that most sessions share."""
    install(session, [*with_all_extras(*PACKAGES), *of_group("dev")], PACKAGES)


def run(
    session: nox.Session,
    program: str,
    *args: str | Path,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> Any:
    """Run a program of the shared environment; what a *silent* one prints is returned."""
    home = ROOT / session.cache_dir.parent / "dev"
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    return session.run(
        str(programs / program),
        *map(str, args),
        env={"PATH": path, "VIRTUAL_ENV": str(home), **(env or {})},
        external=True,
        **options,
    )


shared: Final = nox.session(venv_backend="none", requires=["dev"])
on_demand: Final = nox.session(venv_backend="none", requires=["dev"], default=False)


# Reading the code


@shared
def lint(session: nox.Session) -> None:
    """Look for what ruff knows to be wrong, and for code that is not formatted."""
    run(session, "ruff", "check", ".")
    run(session, "ruff", "format", "--check", ".")


@on_demand
def format(session: nox.Session) -> None:  # noqa: A001 (the name of the command)
    """Format the code and mend what can be mended without a person."""
    run(session, "ruff", "check", "--fix", ".")
    run(session, "ruff", "format", ".")


@shared
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    run(session, "mypy")
    for tests in sorted(ROOT.glob("packages/*/tests")):
        # Each is a place to import from, since several have a module of the same name.
        run(session, "mypy", tests, env={"MYPYPATH": str(tests)})


@shared
def imports(session: nox.Session) -> None:
    """Check who imports whom."""
    run(session, "lint-imports", "--no-cache")


# Running it


@shared
def tests(session: nox.Session) -> None:
    """Run all tests, on memory, SQLite and PostgreSQL."""
    run(session, "pytest", *PARALLEL, *session.posargs)


@on_demand
def unit(session: nox.Session) -> None:
    """Run the tests that need no database and no server."""
    run(session, "pytest", *PARALLEL, "packages/watchlist-core", *session.posargs)


@on_demand
def integration(session: nox.Session) -> None:
    """Run the tests of the adapters and of the whole system."""
    adapters = [f"packages/{package}" for package in PACKAGES if package != "watchlist-core"]
    run(session, "pytest", *PARALLEL, *adapters, "tests", *session.posargs)


@on_demand
def coverage(session: nox.Session) -> None:
    """Measure which branches the tests take: 95 % at least in each package; and an HTML report."""
    run(session, "coverage", "erase")
    run(session, "coverage", "run", "-m", "pytest", *PARALLEL, *session.posargs)
    run(session, "coverage", "combine", "--quiet")
    run(session, "coverage", "html", "--quiet")
    session.log("htmlcov/index.html shows each line")
    for package in PACKAGES:
        run(session, "coverage", "report", f"--include=packages/{package}/src/*")


def interpreters(version: str) -> Iterator[str]:
    """Return where a Python may be: on the path, and where pyenv keeps its own."""
    if on_path := shutil.which(f"python{version}"):
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True))


def found(version: str) -> str | None:
    """Return a Python of that version by its full path, if there is one that runs."""
    # What stands on the path may be a shim which only tells that this version is not chosen.
    for candidate in interpreters(version):
        answer = subprocess.run(  # noqa: S603 (a path, and no shell)
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"],
            capture_output=True,
            check=False,
            text=True,
        )
        if answer.stdout.startswith(f"{version} "):
            return answer.stdout.partition(" ")[2].strip()
    return None


@nox.session(reuse_venv=True)
@nox.parametrize(
    "python",
    [
        nox.param(found(version) or False, id=version)
        for version in PYTHONS
        if version != OWN_PYTHON
    ],
)
def contracts(session: nox.Session) -> None:
    """Run the core's tests and the stores' contracts on the other Pythons of this machine."""
    if not session.python:
        session.skip("this Python was found neither on the path nor with pyenv")
    stores = ("watchlist-core", "watchlist-sql")
    install(session, [*with_all_extras(*stores), *of_group("tests")], stores)
    on_sql = "packages/watchlist-sql/tests/test_sql_contracts.py"
    session.run("pytest", *PARALLEL, "packages/watchlist-core", on_sql, *session.posargs)


@nox.session(reuse_venv=True, default=False)
def serve(session: nox.Session) -> None:
    """Run the server with demonstration data, and nothing installed but what it needs."""
    install(session, of_package("watchlist-http", ["server"]), PACKAGES)
    session.run("watchlist", "serve", "--demo", *session.posargs)


@on_demand
def bench(session: nox.Session) -> None:
    """Measure this server beside others; ``-- --write docs/benchmarks.md`` keeps the figures."""
    run(session, "python", "-m", "benchmarks", *session.posargs)


# What is shipped


@shared
def migrations(session: nox.Session) -> None:
    """Walk all migrations up, down and up again, and compare where they lead with the tables."""
    tests = ROOT / "packages" / "watchlist-sql" / "tests"
    run(session, "pytest", tests / "test_migrations.py", tests / "test_schema_state.py")


@on_demand
def revision(session: nox.Session) -> None:
    """Write a migration from what the tables have become: ``-- "what it is for"``."""
    run(session, "python", ROOT / "packages" / "watchlist-sql" / "revise.py", *session.posargs)
    for mend in (["check", "--fix"], ["format"]):
        run(session, "ruff", *mend, "packages/watchlist-sql/src/watchlist_sql/migrations")


@shared
def api(session: nox.Session) -> None:
    """Compare openapi.json with what the handlers say; ``-- --write`` replaces it."""
    kept = ROOT / "packages" / "watchlist-http" / "openapi.json"
    derived = run(session, "watchlist", "openapi", silent=True, stderr=None)
    if "--write" in session.posargs:
        kept.write_text(derived, encoding="utf-8")
    elif kept.read_text(encoding="utf-8") != derived:
        session.error("openapi.json is not what the handlers say: run with -- --write")


@shared
def client(session: nox.Session) -> None:
    """Compare the providers' clients with what their documents lead to, and use one of our own API.

    ``-- --write`` replaces the generated code.
    """
    package = ROOT / "packages" / "watchlist-provider-client"
    kept = package / "src" / "watchlist_provider_client" / "generated" / "november7"
    # Not below .nox, where ruff, which the generator calls, leaves everything as it is.
    with TemporaryDirectory() as elsewhere:
        fresh = kept if "--write" in session.posargs else Path(elsewhere) / kept.name
        run(
            session,
            "openapi-python-client",
            "generate",
            f"--path={package / 'november7-openapi.json'}",
            f"--config={package / 'generator.yml'}",
            f"--output-path={fresh}",
            "--meta=none",
            "--fail-on-warning",
            "--overwrite",
        )
        if contents(fresh) != contents(kept):
            session.error("the generated code is not what its document leads to")
    run(session, "pytest", "tests/journeys/test_generated_client.py")


def contents(folder: Path) -> Mapping[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.py")}


@shared
def docs(session: nox.Session) -> None:
    """Build the documentation, and run its examples."""
    for builder in ("html", "doctest"):
        strictly = ["-W", "--keep-going", "-qb", builder]
        run(session, "sphinx-build", *strictly, "docs", f"docs/_build/{builder}")


@nox.session(venv_backend="none", requires=["dev"], default=False)
def build(session: nox.Session) -> None:
    """Build the wheel and the source distribution of each package."""
    folder = ROOT / session.cache_dir / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    for package in PACKAGES:
        with session.chdir(ROOT / "packages" / package):
            run(session, "hatchling", "build", "-d", folder)


@nox.session(reuse_venv=False, requires=["build"])
@nox.parametrize("package", [nox.param(package, id=package) for package in (*PACKAGES, "all")])
def wheels(session: nox.Session, package: str) -> None:
    """Install each package as it is shipped, with the core and nothing else; and all together."""
    together = package == "all"
    ours = PACKAGES if together else tuple(dict.fromkeys(["watchlist-core", package]))
    install(session, with_all_extras(*ours) if together else of_package(package))
    modules = [name.replace("-", "_") for name in ours]
    files = [next((session.cache_dir / "dist").glob(f"{name}-*.whl")) for name in modules]
    session.install("--no-deps", *map(str, files))
    pip = ["uv", "pip"] if session.venv_backend == "uv" else ["python", "-m", "pip"]
    session.run(*pip, "check", external=session.venv_backend == "uv")
    script = str(ROOT / "tests" / "wheels" / "import_everything.py")
    session.run("python", "-I", script, *(["--with-extras"] if together else []), *modules)
    if together:
        session.run("watchlist", "--version")
    elif package == "watchlist-http":
        told = session.run("watchlist", silent=True, success_codes=[1])
        if str(told).count("\n") != 1 or "watchlist-http[server]" not in str(told):
            session.error(f"without its extra, the command must say what to install, not: {told}")


@nox.session(reuse_venv=True, default=False)
def lock(session: nox.Session) -> None:
    """Pin and hash everything that is installed; with ``-- --upgrade`` the newest of everything."""
    install(session, of_group("lock"))
    session.run(
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        f"--python-version={PYTHONS[0]}",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-annotate",
        "--custom-compile-command=nox -s lock",
        *(f"--no-emit-package={package}" for package in PACKAGES),
        "--group=dev",
        "--group=lock",
        "--group=audit",
        f"--output-file={CONSTRAINTS.name}",
        *session.posargs,
        listed(session, all_packages()),
    )


@nox.session(reuse_venv=False, default=False)
def floors(session: nox.Session) -> None:
    """Run the tests on the oldest version of each dependency that the packages say they take."""
    install(session, of_group("lock"))
    oldest = Path(session.create_tmp()) / "oldest.txt"
    lowest = ["--resolution=lowest-direct", f"--output-file={oldest}"]
    session.run("uv", "pip", "compile", "--quiet", *lowest, listed(session, all_packages()))
    # At once, or a newer one that the tests' own tools need would take a floor's place unnoticed.
    session.run("uv", "pip", "install", "--quiet", f"--requirement={oldest}", "--group=tests")
    session.run("pytest", *PARALLEL, "packages", *session.posargs)


@nox.session(reuse_venv=True, default=False)
def audit(session: nox.Session) -> None:
    """Ask whether something wrong is known of what is pinned."""
    install(session, of_group("audit"))
    # Strictly, since a registry that answers for no package would pass for one that knows no harm.
    pins = ["--disable-pip", "--require-hashes", f"--requirement={CONSTRAINTS}"]
    session.run("pip-audit", "--strict", *pins)


@on_demand
def mutations(session: nox.Session) -> None:
    """Take away each line that must not go missing, and see a test cry out: takes minutes."""
    run(session, "pytest", *PARALLEL, "tests/faults/mutations.py", *session.posargs)


@on_demand
def soak(session: nox.Session) -> None:
    """Kill what sends mails at 100 random moments on each database, instead of at 20."""
    kills = "packages/watchlist-http/tests/server/test_kill_mails.py"
    run(session, "pytest", "-rP", kills, *session.posargs, env={"WATCHLIST_TEST_MOMENTS": "100"})
