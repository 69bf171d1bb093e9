"""What the bot is deployed with: linted, held against published schemas, and in step with the program.

No container engine runs here: that an engine builds and starts the image is all that is untested.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from bot.__main__ import EXIT_UNFIT
from bot.commands import COMMANDS
from bot.settings.settings import parse
from tests.test_docs import REQUIRED

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "parley.service"
WITHOUT_THE_PROGRAM = re.compile(r"Command /opt/parley/\S+ is not executable")


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def instructions(name: str) -> list[str]:
    whole = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return [line.partition(" ")[2] for line in whole.splitlines() if line.startswith(f"{name} ")]


def test_the_dockerfile_is_without_faults() -> None:
    linted = run(str(Path(sys.executable).parent / "hadolint"), "Dockerfile")

    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_is_asked_how_it_is() -> None:
    stages = instructions("FROM")
    [entry], [health] = instructions("ENTRYPOINT"), instructions("HEALTHCHECK")

    assert len(stages) == 2
    assert all("slim" in stage for stage in stages)
    assert instructions("USER") == ["10001"]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert json.loads(entry) == ["python", "-m", "bot"]
    assert json.loads(health.partition("CMD ")[2])[-1] in {one.name for one in COMMANDS}
    assert not re.search(r"apt-get|gcc|build-essential", DOCKERFILE)


def test_the_image_holds_what_it_copies_and_nothing_else_is_sent_to_the_engine() -> None:
    copied = [line.split()[0] for line in instructions("COPY") if not line.startswith("--from")]
    sent = re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"))

    assert all((ROOT / name).exists() for name in copied)
    assert sorted(sent) == sorted(copied)


def test_the_compose_file_is_what_its_schema_allows() -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text(encoding="utf-8"))

    assert [one.message for one in Draft7Validator(schema).iter_errors(read("compose.yaml"))] == []


def test_the_bot_is_given_time_to_finish_and_can_write_its_memory_alone() -> None:
    bot = read("compose.yaml")["services"]["bot"]

    assert int(bot["stop_grace_period"].removesuffix("s")) > parse(REQUIRED).shutdown_grace
    assert (bot["read_only"], bot["volumes"], bot["tmpfs"]) == (True, ["memory:/data"], ["/tmp"])  # noqa: S108
    default = re.fullmatch(r"\$\{PARLEY_DATABASE_URL:-(.+)\}", bot["environment"]["DATABASE_URL"])
    assert default is not None
    assert parse(REQUIRED | {"DATABASE_URL": default[1]}).database == Path("/data/parley.db")


def test_what_is_not_the_bot_comes_only_where_its_profile_is_asked_for() -> None:
    services = read("compose.yaml")["services"]

    assert {name: one.get("profiles") for name, one in services.items()} == {
        "bot": None,
        "postgres": ["postgres"],
        "ollama": ["ollama"],
    }


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_is_understood_by_systemd() -> None:
    told = run("systemd-analyze", "verify", str(UNIT))
    lines = (told.stdout + told.stderr).splitlines()

    assert [line for line in lines if "parley" in line and not WITHOUT_THE_PROGRAM.search(line)] == []


def test_the_unit_starts_again_only_where_that_may_help_and_waits_for_answers() -> None:
    unit = dict(re.findall(r"(?m)^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8")))

    assert unit["RestartPreventExitStatus"] == f"2 {EXIT_UNFIT}"
    assert int(unit["TimeoutStopSec"]) > parse(REQUIRED).shutdown_grace
    assert {unit[name] for name in ("DynamicUser", "NoNewPrivileges", "ProtectHome")} == {"yes"}
    assert unit["ProtectSystem"] == "strict"


def test_a_release_is_built_for_both_kinds_of_processors() -> None:
    workflow = read(".github/workflows/release.yml")
    [build] = [one for one in workflow["jobs"]["image"]["steps"] if "build-push" in one.get("uses", "")]

    assert build["with"]["platforms"] == "linux/amd64,linux/arm64"
    assert build["with"]["push"] is True
