"""What holds for the whole suite: options, hypothesis, and the browser's tests where there is no browser."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import postgres
from tests.support.listing import listing_kept as listing_kept
from tests.support.schema import schema_kept as schema_kept
from tests.support.tracing import pytest_pyfunc_call as pytest_pyfunc_call
from tests.support.tracing import pytest_sessionstart as pytest_sessionstart
from tests.support.wire_log import pytest_runtest_makereport as pytest_runtest_makereport
from tests.support.wire_log import pytest_runtest_setup as pytest_runtest_setup

# A busy machine is no failure of a law. `make test` tries the same examples on every day, `make quick` the
# first few of them, `make fuzz` new ones, and many; hypothesis loads what `--hypothesis-profile` names before
# the tests are collected.
settings.register_profile(
    "parley", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", settings.get_profile("parley"), derandomize=False, print_blob=True, max_examples=2_000
)
settings.register_profile("quick", settings.get_profile("parley"), max_examples=10)
settings.load_profile("parley")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SERVERS = Path(__file__).parent / "servers"
SECOND_OPINION = Path(__file__).parent / "second_opinion"
CHAT = Path(__file__).parent / "chat"
NONE_FOUND = "no Chromium on the PATH"


def find_browser() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--browser",
        choices=("optional", "required"),
        default="optional",
        help="whether the run fails where no Chromium is found",
    )
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="where the bots of end-to-end tests keep their memory",
    )
    parser.addoption(
        "--postgres",
        choices=("optional", "required"),
        default="optional",
        help="whether the run fails where there is no PostgreSQL to be started",
    )
    parser.addoption("--headed", action="store_true", help="show the browser's window, and slow it down")
    parser.addoption("--servers", metavar="PYTHON", help="try real model servers, with this interpreter")
    parser.addoption("--image", action="store_true", help="install what the image installs, and measure it")
    parser.addoption("--screenshots", action="store_true", help="write docs/screenshots/ anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--browser") == "required" and find_browser() is None:
        raise pytest.UsageError(f"the browser's tests are required, but there is {NONE_FOUND}")
    wanted = {config.getoption("--postgres"), config.getoption("--database")}
    if wanted & {"required", "postgres"} and not postgres.is_there():
        raise pytest.UsageError(f"PostgreSQL is required, but there is {postgres.NONE_FOUND}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave what is installed apart to `make test-servers` or `make test-second-opinion`."""
    installed = {
        SERVERS: config.getoption("--servers"),
        SECOND_OPINION: (SECOND_OPINION / "node_modules").is_dir(),
    }
    return None if installed.get(collection_path, True) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let what is marked so run on each engine, every time."""
    if metafunc.definition.get_closest_marker("both_engines"):
        metafunc.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while tests are collected: all of it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the browser's tests where there is none; mark those of memory by where they stand."""
    for item in items:
        if item.path.is_relative_to(CHAT):
            item.add_marker("memory")
    if config.getoption("--database") == "postgres":
        _leave_out("sqlite", config, items)
    if find_browser() is not None:
        return
    _leave_out("browser", config, items)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays, thousands of tests: it would look through them ever again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def _leave_out(marker: str, config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if item.get_closest_marker(marker)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if find_browser() is None:
        terminalreporter.write_line(f"The page was not tried in a browser: {NONE_FOUND}.", yellow=True)
    if not postgres.is_there():
        terminalreporter.write_line(f"PostgreSQL was not tried: there is {postgres.NONE_FOUND}.", yellow=True)
