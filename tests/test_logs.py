"""Logs: for the operator, and never with a secret."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import MASK, MOST_FILES, VENDORS, Json, Masking, about, end, mask, set_up

TOKEN = f"{'A' * 24}.BBBBBB.{'C' * 38}"
KEY = "swordfish-and-chips"


class Written:
    """What was written to standard error so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def __str__(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """Return what is logged, and leave logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    levels = {name: logging.getLogger(name).level for name in VENDORS}
    yield Written(capsys)
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def fail(secret: str) -> None:
    """Fail with a secret in the error and in its cause."""
    try:
        raise ValueError(f"key {secret} refused")  # noqa: TRY301 - the cause is what is tried here
    except ValueError as cause:
        raise RuntimeError(f"no answer with {secret}") from cause


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_a_secret_is_masked_at_every_level(lines: Written, level: str) -> None:
    set_up("DEBUG", (TOKEN, KEY))
    logging.getLogger("bot").log(logging.getLevelName(level), "with %s and %s", TOKEN, KEY)

    assert f"with {MASK} and {MASK}" in str(lines)


def test_a_secret_is_masked_in_a_traceback_and_its_causes(lines: Written) -> None:
    set_up("INFO", (KEY,))
    try:
        fail(KEY)
    except RuntimeError:
        logging.getLogger("bot").exception("failed")

    assert "RuntimeError" in str(lines)
    assert KEY not in str(lines)


def test_a_secret_is_masked_in_a_stack(lines: Written) -> None:
    set_up("INFO", ("stack_info=True",))
    logging.getLogger("bot").info("here", stack_info=True)

    assert "Stack" in str(lines)
    assert "stack_info=True" not in str(lines)


@pytest.mark.parametrize("vendor", VENDORS)
def test_vendors_are_heard_from_warnings_on_whatever_the_level(lines: Written, vendor: str) -> None:
    set_up("DEBUG", ())
    logger = logging.getLogger(f"{vendor}.http")
    logger.info("a whole payload")
    logger.warning("a warning")

    assert "payload" not in str(lines)
    assert "a warning" in str(lines)


def test_a_vendors_warning_is_masked_too(lines: Written) -> None:
    set_up("INFO", (KEY,))
    logging.getLogger("openai").warning("Authorization: Bearer %s", KEY)

    assert KEY not in str(lines)


def test_a_vendors_lost_connection_is_one_line(lines: Written) -> None:
    set_up("INFO", (TOKEN,))
    refused = ConnectionRefusedError(f"nobody listens at {TOKEN}")
    logging.getLogger("discord.client").error("Retrying in %s s", 5, exc_info=refused)

    assert str(lines).endswith(f"Retrying in 5 s (ConnectionRefusedError: nobody listens at {MASK})\n")
    assert "Traceback" not in str(lines)


def test_what_is_below_the_level_is_not_written(lines: Written) -> None:
    set_up("WARNING", ())
    logging.getLogger("bot").info("quiet")

    assert str(lines) == ""


def test_a_line_says_when_how_grave_and_where() -> None:
    record = logging.LogRecord("bot.app", logging.INFO, "app.py", 1, "connected", None, None)

    assert Masking().format(record).endswith(" INFO    bot.app: connected")


def test_a_line_is_a_line_whatever_is_told_in_it() -> None:
    record = logging.LogRecord(
        "bot", logging.INFO, "", 1, "refused: %s", ("no\n2026 ERROR bot: yes\r",), None
    )

    assert Masking().format(record).endswith("refused: no\\n2026 ERROR bot: yes\\r")


async def test_a_line_names_the_question_that_it_is_about_in_tasks_too() -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 1, "asking", None, None)

    async def line() -> str:
        return Masking().format(record)

    with about(155149108183695360):
        within = asyncio.create_task(line())
    with about(155149108183695361):
        other = asyncio.create_task(line())

    assert (await within).endswith(" asking question=155149108183695360")
    assert (await other).endswith(" asking question=155149108183695361")
    assert (await line()).endswith(" asking")


def told(record: logging.LogRecord, *secrets: str) -> dict[str, Any]:
    """Return a record as JSON tells it, on one line."""
    [line] = Json(secrets).format(record).split("\n")
    found: dict[str, Any] = json.loads(line)
    return found


def test_json_tells_what_a_line_does() -> None:
    record = logging.LogRecord("bot.app", logging.WARNING, "", 1, "%s is “late”", ("it",), None)
    record.created = 1764072000.25

    assert told(record) == {
        "time": "2025-11-25T12:00:00.250+00:00",
        "level": "WARNING",
        "logger": "bot.app",
        "message": "it is “late”",
    }


def test_json_holds_the_question_the_traceback_and_the_stack_on_its_line() -> None:
    try:
        fail(KEY)
    except RuntimeError as error:
        caught = (RuntimeError, error, error.__traceback__)
    record = logging.LogRecord("bot", logging.ERROR, "", 1, "failed", None, caught, sinfo="Stack:\n  here")
    with about(155149108183695360):
        found = told(record, KEY)

    assert found["question"] == "155149108183695360"
    assert found["error"].endswith(f"RuntimeError: no answer with {MASK}")
    assert KEY not in str(found)
    assert found["stack"] == "Stack:\n  here"


@given(st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=8))
def test_a_secret_never_gets_through_in_json(secret: str) -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 1, "<%s>", (secret,), None)

    assert told(record, secret)["message"] == f"<{MASK}>"


def test_the_log_goes_into_a_file_as_well_which_is_begun_anew_in_time(
    lines: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.logs.MOST_BYTES", 2_000)
    file = tmp_path / "logs" / "parley.log"
    set_up("INFO", (KEY,), "json", file)
    logging.getLogger("bot").info("with %s", KEY)
    [line] = file.read_text(encoding="utf-8").splitlines()
    for _ in range(20):
        logging.getLogger("bot").info("x" * 1_500)

    assert json.loads(line)["message"] == f"with {MASK}"
    assert line in str(lines)
    assert len(list(file.parent.iterdir())) == MOST_FILES + 1
    assert all(one.stat().st_size <= 2_000 for one in file.parent.iterdir())


def test_the_last_words_stand_by_themselves_and_in_the_file(lines: Written, tmp_path: Path) -> None:
    set_up("INFO", (KEY,), "text", tmp_path / "parley.log")
    end(f"No, {TOKEN}.")

    assert str(lines) == f"No, {MASK}.\n"
    assert (tmp_path / "parley.log").read_text().endswith(f" ERROR   bot.logs: No, {MASK}.\n")


def test_the_last_words_hold_no_secret(lines: Written) -> None:
    set_up("INFO", (KEY,))
    end(f"PostgreSQL refused: {KEY}")

    assert str(lines) == f"PostgreSQL refused: {MASK}\n"


def test_the_last_words_are_an_object_where_all_are(lines: Written, tmp_path: Path) -> None:
    set_up("INFO", (KEY,), "json", tmp_path / "parley.log")
    end("No.\nNor that.")
    [line] = str(lines).splitlines()

    assert json.loads(line)["message"] == "No.\nNor that."
    assert (tmp_path / "parley.log").read_text() == f"{line}\n"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-0123456789abcdef",
        "sk-ant-api03-0123_456-789",
        TOKEN,
        f"{'m' * 26}.Gabc_d.{'x' * 38}",
    ],
)
def test_what_has_the_shape_of_a_key_is_masked_though_it_is_not_ours(secret: str) -> None:
    assert mask(f"Incorrect API key provided: {secret}.") == f"Incorrect API key provided: {MASK}."


def test_a_bearer_is_masked_whatever_its_shape() -> None:
    assert mask("Authorization: Bearer abc.def/ghi+jkl") == f"Authorization: Bearer {MASK}"


def test_ordinary_words_stay() -> None:
    sentence = (
        "answer 12 in channel 123456789012345678: complete, 20 prompt (16 cached) tokens; see risk-averse"
    )

    assert mask(sentence) == sentence


def test_a_secret_within_another_leaves_nothing_of_either() -> None:
    assert (
        Masking(("fishmong", "fishmonger"))
        .format(logging.LogRecord("bot", logging.INFO, "", 1, "a fishmonger", None, None))
        .endswith(f"a {MASK}")
    )


def test_a_word_too_short_for_a_secret_is_not_blotted_out() -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 1, "1 model of ollama", None, None)

    assert Masking(("1", "ollama")).format(record).endswith(" 1 model of ollama")


@given(
    before=st.text(max_size=20), secret=st.text("abcdefgh0123456789", min_size=12), after=st.text(max_size=20)
)
def test_a_secret_never_gets_through(before: str, secret: str, after: str) -> None:
    assert secret not in mask(f"{before}{secret}{after}", (secret,))
