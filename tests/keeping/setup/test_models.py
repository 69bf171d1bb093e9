"""The step about the model: which of a provider's models are worth a line, in which order, at which price."""

import io
import sys

import pytest

from bot.keeping.setup import models
from bot.keeping.setup.picks import Picks
from bot.keeping.setup.servers import Seen, Sight
from bot.llm.connection import OPENAI_URL
from bot.settings.settings import DEFAULT_MODEL
from bot.texts.hosting import setup

LISTED = (
    *(
        "gpt-4.1-mini",
        "gpt-4.1-mini-2025-04-14",
        "gpt-4o",
        "whisper-1",
        "gpt-4o-audio-preview",
        "nobody-knows",
    ),
    *("text-embedding-3-small", "dall-e-3", "o1-pro", "gpt-4o-2024-05-13", "tts-1", "two words"),
)


def test_what_does_not_talk_and_older_dates_are_left_out() -> None:
    assert models.offered(LISTED, OPENAI_URL) == ["gpt-4.1-mini", "gpt-4o", "nobody-knows"]
    assert models.offered(LISTED, "http://localhost:11434/v1") == [one for one in LISTED if " " not in one]


@pytest.mark.parametrize(
    ("listed", "before", "typed", "picked"),
    [
        (LISTED, {}, "", "gpt-4.1-mini"),
        (LISTED, {}, "2", "gpt-4o"),
        (LISTED, {"OPENAI_MODEL": "gpt-4o"}, "", "gpt-4o"),
        (LISTED, {}, "gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ((*LISTED, DEFAULT_MODEL), {}, "", DEFAULT_MODEL),
    ],
)
def test_a_number_or_a_name_picks_one(
    monkeypatch: pytest.MonkeyPatch, listed: tuple[str, ...], before: dict[str, str], typed: str, picked: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    picks = Picks(before)
    models.ask_model(Seen(Sight.LISTS, listed), picks)

    assert picks.now("OPENAI_MODEL") == picked


def test_prices_are_the_ledgers_the_cheapest_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    own = '{"nobody-knows": {"input": 30, "output": 60.5}}'
    models.ask_model(Seen(Sight.LISTS, ("gpt-4o", "far-too-new", *LISTED)), Picks({"PRICES": own}))
    lines = [
        line.split(maxsplit=1)[1]
        for line in capsys.readouterr().out.splitlines()
        if line[:4].strip().isdigit()
    ]

    assert lines[:4] == [
        "gpt-4.1-mini  $0.40 + $1.60",
        "gpt-4o  $2.50 + $10.00",
        "nobody-knows  $30.00 + $60.50",
        f"far-too-new  {setup.PRICE_UNKNOWN}",
    ]
