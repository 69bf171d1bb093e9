"""`.env` changed in place: what is set is what is read again, and all else stays as it was."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StartError
from bot.keeping.setup import env_file
from bot.settings import environment

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=40)


@given(st.sampled_from(["", "A=1", "# c\r\nexport NAME=old # why\r\nB='2'\r\n", "NAME=\n\nNAME=x"]), VALUES)
def test_a_value_is_read_as_it_was_written(text: str, value: str) -> None:
    before = env_file.values(text)
    after = env_file.values(env_file.changed(text, {"NAME": value}))

    assert after == before | {"NAME": value}


@given(VALUES)
def test_docker_passes_on_a_value_that_is_read_as_it_was_written(value: str) -> None:
    line = env_file.changed("", {"SYSTEM_PROMPT": value}).removesuffix("\n").partition("=")[2]
    plain = value if "'" in value or "\\" in value else environment._bare("SYSTEM_PROMPT", line)

    assert plain == value


@given(
    st.lists(st.sampled_from(["# c", "", "A=1", "B='x y'", "export C=3"])), st.sampled_from(["\n", "\r\n"])
)
def test_the_lines_of_others_stay(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    changed = env_file.changed(text, {"NAME": "v"})

    assert changed.startswith(text)
    assert changed.endswith(f"NAME=v{newline if newline in text else chr(10)}")


def test_a_link_stays_a_link_and_what_it_leads_to_becomes_private(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "env").write_text("A=1\n")
    (tmp_path / ".env").symlink_to(tmp_path / "real" / "env")
    env_file.write(tmp_path / ".env", "A=2\n")

    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real" / "env").read_text() == "A=2\n"
    assert stat.S_IMODE((tmp_path / "real" / "env").stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("A=1\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StartError, match="No space left"):
        env_file.write(tmp_path / ".env", "A=2\n")

    assert [path.name for path in tmp_path.iterdir()] == [".env"]
    assert (tmp_path / ".env").read_text() == "A=1\n"
