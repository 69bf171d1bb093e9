"""Coverage, traced where it is to be had cheaply: while a test of rules or use cases runs, and no longer.

A plugin of pytest's, whose hooks `tests/conftest.py` hands on. Rules and use cases are covered by tests of
their own, not by chance from afar. All that runs meanwhile takes twice as long while it is traced: pytest's
own work around thousands of small tests, a bot's start before its test.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

TRACED = ("bot.rules", "bot.chat")  # as pyproject.toml has it
NEAR = tuple(Path(__file__).parents[1] / name for name in ("chat", "cogs", "rules"))
LEFT_OUT = "no_cover"  # the marker of a test that takes too long while it is traced


def _controller(config: pytest.Config) -> Any:
    """Return what starts and stops the tracer, or None where no coverage is measured."""
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Trace what runs as modules are imported, and from then on nothing but tests."""
    controller = _controller(session.config)
    if controller is None:
        return
    for name in TRACED:
        for found in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            import_module(found.name)
    controller.pause()
    while outer := Coverage.current():  # a worker's plugin has begun one before it knew that it is a worker's
        outer.stop()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Trace a test that counts."""
    controller = _controller(pyfuncitem.config)
    if controller is None or not is_traced(pyfuncitem):
        return (yield)
    controller.resume()
    try:
        return (yield)
    finally:
        controller.pause()


def is_traced(item: pytest.Item) -> bool:
    """Say whether a test counts for coverage."""
    return item.get_closest_marker(LEFT_OUT) is None and any(item.path.is_relative_to(near) for near in NEAR)
