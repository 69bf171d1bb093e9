"""The package that is built holds all that the program reads at run time."""

import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parent.parent
DATA = ("bot/encodings", "bot/store/migrations", "bot/playground/web")


def test_the_wheel_holds_every_file_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    wheel = build_wheel(str(tmp_path))

    with zipfile.ZipFile(tmp_path / wheel) as package:
        names = set(package.namelist())
    sources = {
        str(path.relative_to(ROOT)) for folder in ("bot", "cogs") for path in (ROOT / folder).rglob("*.py")
    }
    data = {
        str(path.relative_to(ROOT))
        for folder in DATA
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert sources | {name for name in data if "__pycache__" not in name} <= names
