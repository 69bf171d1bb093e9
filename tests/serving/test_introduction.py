"""The beginning of the log."""

from pathlib import Path

import pytest

from bot.errors import StartError
from bot.serving import introduction
from bot.settings.settings import parse
from bot.texts import serving

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


def test_what_holds_is_told_whether_it_was_set_or_not() -> None:
    told = introduction.lines(parse(VALUES), VALUES)
    limited = VALUES | {
        **{"ALLOWED_MODELS": "gpt-5", "MESSAGE_CONTENT": "off", "ALLOWED_SERVERS": "155149108183695360"},
        **{"DENIED_USERS": "155149108183695361", "DIRECT_MESSAGES": "off", "LIMIT_TOTAL": "$5/month"},
        "RETENTION_DAYS": "30",
    }
    otherwise = introduction.lines(parse(limited), limited)

    assert [line.partition(":")[0] for line in told[1:]] == [
        *("answers", "hears", "serves", "lists", "spends", "keeps", "differs from the defaults")
    ]
    assert told[1].startswith("answers: gpt-6-luna; at most 8000 tokens ")
    assert told[2] == serving.HEARS[True]
    assert otherwise[1:7] == [
        "answers: gpt-6-luna, gpt-5; at most 8000 tokens of prompt, 2000 of answer in 5 messages",
        serving.HEARS[False],
        serving.SERVES.format(servers=1),
        serving.LISTS.format(allowed=0, denied=1, direct="off"),
        serving.SPENDS.format(limits="LIMIT_TOTAL $5/month"),
        serving.KEEPS_FOR.format(days=30),
    ]
