"""The beginning of the log."""

from pathlib import Path

import pytest

from bot.errors import StartError
from bot.serving import introduction
from bot.settings.settings import parse

VALUES = {"DISCORD_TOKEN": f"{'A' * 24}.BBBBBB.{'C' * 38}", "OPENAI_API_KEY": "sk-0123456789abcdef"}


def test_a_log_file_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = parse(VALUES | {"LOG_FILE": f"{tmp_path}/file/parley.log"})

    with pytest.raises(StartError, match=r"^LOG_FILE: .*/file/parley\.log can't be written "):
        introduction.set_up_logs(settings)


def test_secrets_and_the_persona_are_told_of_and_not_shown() -> None:
    values = VALUES | {"SYSTEM_PROMPT": "Be a secret agent.", "RETENTION_DAYS": "30"}
    told = "\n".join(introduction.lines(parse(values), values))

    assert told.endswith(": DISCORD_TOKEN set, OPENAI_API_KEY set, SYSTEM_PROMPT set, RETENTION_DAYS=30")
    assert not [secret for secret in (*VALUES.values(), "secret agent") if secret in told]
