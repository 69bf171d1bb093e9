"""The Dockerfile's own steps of pip, run in a plain folder: `make test-image`; needs an index of packages."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment.test_files import ROOT, instructions

ARGUMENTS = os.environ | {"REQUIREMENTS": "postgres"}  # which holds all of the others
MOST_BYTES = 140_000_000


def test_what_the_image_installs_is_complete_small_and_runs(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--image"):
        pytest.skip("takes a minute; --image runs it")
    steps = [step for step in instructions("RUN") if "/opt/venv" in step]
    assert any("--require-hashes" in step and "--only-binary" in step for step in steps)
    venv, python = tmp_path / "venv", shlex.quote(sys.executable)  # a folder's name may have a space in it

    for step in steps:
        here = re.sub(r"(?<![\w./])python -m venv", f"{python} -m venv", step)
        command = here.replace("/opt/venv", shlex.quote(str(venv)))
        subprocess.run(command, shell=True, cwd=ROOT, check=True, capture_output=True, env=ARGUMENTS)  # noqa: S602 - our own
    installed = sum(file.stat().st_size for file in venv.rglob("*") if file.is_file())
    program = [str(venv / "bin" / "python"), "-m", "bot", "--version"]
    told = subprocess.run(program, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - as above
    found = {file.name for file in venv.rglob("site-packages/*")}

    assert told.stdout.startswith("Parley ")
    assert installed <= MOST_BYTES, f"{installed / 1e6:.0f} MB"
    assert not {"pip", "setuptools"} & found
