"""The locks name all that is needed, and nothing that is known to be broken."""

import importlib.util
import re
import tomllib
from functools import cache
from importlib import metadata
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED = {
    "run": PROJECT["project"]["dependencies"],
    "dev": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
}
PINNED = re.compile(r"(?m)^(\w.*?) \\$")
LOCKS = {
    name: [
        Requirement(line) for line in PINNED.findall((ROOT / f"requirements/{name}.txt").read_text("utf-8"))
    ]
    for name in ASKED
}
Machine = dict[str, str]  # what markers ask about
HERE: Machine = {name: str(value) for name, value in default_environment().items()}
# The machines that people run it on, beside the one that the tests run on.
SYSTEMS = (("Linux", "linux", "posix"), ("Darwin", "darwin", "posix"), ("Windows", "win32", "nt"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES: list[Machine] = [
    {
        **HERE,
        "platform_system": system,
        "sys_platform": platform,
        "os_name": kind,
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    for (system, platform, kind), python in product(SYSTEMS, PYTHONS)
]
HOLE = {"id": "CVE-1", "fix_versions": ["2"]}


def holds(marker: Marker | None, machine: Machine, extra: str = "") -> bool:
    return marker is None or marker.evaluate({**machine, "extra": extra})


@cache
def declared(name: str) -> list[Requirement]:
    """Return all that a package may ask for, by the description that came with it."""
    return [*map(Requirement, metadata.requires(name) or ())]


def needs(package: Requirement, machine: Machine) -> list[Requirement]:
    """Return what a package asks for on a machine."""
    return [
        one
        for one in declared(package.name)
        if any(holds(one.marker, machine, e) for e in ("", *package.extras))
    ]


def missing(lock: str, machine: Machine) -> set[str]:
    """Return what the lock lacks on a machine, followed from what the project itself asks for."""
    pins = {canonicalize_name(pin.name): pin for pin in LOCKS[lock] if holds(pin.marker, machine)}
    lacking, seen = set(), set()
    todo = [Requirement(line) for line in ASKED[lock]]
    while todo:
        needed = todo.pop()
        pin = pins.get(canonicalize_name(needed.name))
        [version] = [one.version for one in pin.specifier] if pin else [""]
        if pin is None or not needed.specifier.contains(version, prereleases=True):
            lacking.add(str(needed))
        elif str(needed) not in seen and holds(pin.marker, HERE):  # else not installed here
            seen.add(str(needed))
            todo += needs(needed, machine)
    return lacking


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_all_that_is_needed_on_every_machine(lock: str) -> None:
    assert [lack for machine in MACHINES if (lack := missing(lock, machine))] == []


def test_what_is_installed_is_what_the_lock_names() -> None:
    here = {pin.name: str(pin.specifier) for pin in LOCKS["dev"] if holds(pin.marker, HERE)}

    assert {name: f"=={metadata.version(name)}" for name in here} == here


def test_the_tests_run_on_what_the_bot_runs_on() -> None:
    run, dev = ({str(pin) for pin in LOCKS[name]} for name in ("run", "dev"))

    assert run < dev


@pytest.mark.parametrize("version", ["3.14.0", "3.14.1", "3.14.2"])
def test_aiohttp_with_known_holes_is_kept_out(version: str) -> None:
    [asked] = [one for line in ASKED["run"] if (one := Requirement(line)).name == "aiohttp"]

    assert not asked.specifier.contains(version)


def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "no known hole in 1 packages."),
        (
            [{"name": "a", "version": "1", "vulns": [HOLE]}],
            1,
            "a 1 has a known hole, CVE-1; it is mended in 2.",
        ),
        ([{"name": "a", "skip_reason": "not found"}], 0, "skipped"),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            0,
            "no known hole in 1 packages. Not looked up: b.",
        ),
    ],
)
def test_the_audit_says_what_it_found_or_that_it_could_not_look(
    packages: list[dict[str, Any]], code: int, said: str
) -> None:
    ended, line = audit().verdict(packages)

    assert ended == code
    assert said in line
