"""The package that is built holds all that the program reads; a bot that runs loads no more than it needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parent.parent
DATA = ("bot/llm/encodings", "bot/store/migrations", "playground/page/web")


def test_the_wheel_holds_every_file_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    wheel = build_wheel(str(tmp_path))

    with zipfile.ZipFile(tmp_path / wheel) as package:
        names = set(package.namelist())
    sources = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "cogs", "playground")
        for path in (ROOT / folder).rglob("*.py")
    }
    data = {
        str(path.relative_to(ROOT))
        for folder in DATA
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert sources | {name for name in data if "__pycache__" not in name} <= names


# The playground, what stands beside the bot, what reads strangers' files, what serves HTTP if that is wanted.
NOT_NEEDED = (
    *("playground", "bot.demo", "bot.keeping"),
    *("pypdf", "PIL", "charset_normalizer", "xml.etree"),
    *("prometheus_client", "aiohttp.web", "bot.serving.metrics", "bot.serving.http"),
)


def test_a_bot_that_runs_loads_no_more_than_it_needs() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import bot.__main__, bot.app, sys; print(*sys.modules)"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert "bot.app" in loaded
    assert not [name for name in loaded if f"{name}.".startswith(tuple(f"{one}." for one in NOT_NEEDED))]
