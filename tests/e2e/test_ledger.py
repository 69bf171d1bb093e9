"""What was spent, as its owner and whoever deletes their data see it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wcwidth import wcswidth

from bot.rules.spending.entries import Entry, Purpose, Result, Spender, entry_id
from bot.rules.spending.usage import Usage
from bot.texts import bounds, usage
from bot.texts.languages.spoken import speaking
from tests.cogs.acting import cleared, pressed, shown, told
from tests.cogs.conftest import ShiftedClock
from tests.support.entries import entries_of
from tests.support.room import Room, open_room

OWN = bounds.LIMIT_REACHED["person", "owner"].source.partition("{")[0]
PHONE = 35  # columns
BAR = 20  # cells


async def kept_sums(room: Room) -> list[tuple[str, int]]:
    rows = await room.store.ledger._database.read("SELECT hash, tokens FROM kept_sums")
    return [(row["hash"], row["tokens"]) for row in rows]


async def test_what_somebody_spent_of_a_limit_stays_under_a_keyed_hash_until_its_period_ends(
    tmp_path: Path,
) -> None:
    clock = ShiftedClock()
    midnight = datetime.combine(clock.now().date() + timedelta(days=1), datetime.min.time(), UTC)
    limits = {"LIMIT_PERSON": "150 tokens/day", "MAX_REPLY_TOKENS": "50", "TIMEZONE": "UTC"}
    async with open_room(tmp_path, clock=clock, **limits) as room:  # type: ignore[arg-type]
        alex = room.world.people["alex"]
        answer = ""
        while OWN not in answer:
            [one] = await room.ask("And now?")
            answer = one.content
        spent = sum(one.usage.tokens for one in await entries_of(room.store))
        message = await told(alex, "privacy delete")
        done = await pressed(room, alex, message, "Delete")
        [(hash_, kept)] = await kept_sums(room)
        entries = await entries_of(room.store)
        mine = shown(await told(alex, "usage me"))
        before = len(room.playground.model.requests)
        room.post("And now?")
        await room.ask("Hello", "random", "sam")
        asked = len(room.playground.model.requests) - before

        clock.pass_time(days=1, minutes=1)
        answered = (await room.ask("And now?"))[0].content
        await room.store.disposal.purge(clock.now())
        left = await kept_sums(room)

    assert bounds.KEPT_SUM.format(until=f"<t:{int(midnight.timestamp())}:R>") in done
    assert re.fullmatch(r"[0-9a-f]{64}", hash_)
    assert kept == spent
    assert {one.spender.person_id for one in entries} == {None}
    assert sum(one.usage.tokens for one in entries) == spent
    assert str(usage.NOTHING) in mine
    assert re.search(r"\d+% of your limit of 150 tokens a day", mine)
    assert asked == 1  # Sam's
    assert OWN not in answered
    assert left == []


async def test_a_servers_sum_outlives_a_reset_and_stands_beside_its_limit(tmp_path: Path) -> None:
    limits = {"LIMIT_SERVER": "100000 tokens/day", "MAX_REPLY_TOKENS": "50"}
    async with open_room(tmp_path, **limits) as room:  # type: ignore[arg-type]
        olivia = room.world.people["olivia"]
        await room.ask("Hello")
        before = shown(await told(olivia, "usage server"))
        await cleared(room, olivia, await told(olivia, "reset"))
        after = shown(await told(olivia, "usage server"))
        own = await told(room.world.people["alex"], "usage server")

    assert after == before
    assert re.search(r"requests +1 +1 +1\n", after)
    assert re.search(r"\d+% of this server's limit of 100,000 tokens a day, until <t:\d+:R>", after)
    assert "limit of" not in own.content


def spent_on(day: int, person_id: int, room: Room, tokens: int) -> Entry:
    at = datetime.now(UTC) - timedelta(days=day)
    return Entry(
        entry_id(at, person_id % 1000),
        Spender(person_id, room.key("general")),
        Purpose.ANSWER,
        "gpt-4.1-mini",
        "https://api.openai.com/v1",
        Result.DONE,
        Usage(tokens, tokens, tokens // 2, 0),
        tokens * 1_000_000,
        estimated=False,
    )


@pytest.mark.parametrize("language", ["en-US", "ko"])
async def test_an_owner_sees_what_all_have_used_as_a_phone_shows_it(tmp_path: Path, language: str) -> None:
    async with open_room(tmp_path, LIMIT_TOTAL="10000000 tokens/month") as room:
        people = room.world.people
        for number, name in enumerate(("alex", "sam")):
            for day in (0, 3, 20, 29):
                await room.store.ledger.record(
                    spent_on(day, people[name].id, room, 900_000 * (number + 1) + day)
                )
        people["robin"].user.locale = language
        refused = shown(await told(people["olivia"], "usage all"))
        said = await told(people["robin"], "usage all")

    words = shown(said)
    drawn = [line for block in words.split("```")[1::2] for line in block.strip("\n").splitlines()]
    bars = re.findall(r"`([█░]+)` (\d+)%\s?<@(\d+)>", words)
    chart = next(line for line in drawn if set(line) <= set(" ▁▂▃▄▅▆▇█"))
    with speaking(language[:2]):
        title, used = str(usage.TITLE_ALL), str(bounds.USED_OF["total"])
    assert "<@" not in refused
    assert title in words
    assert max(map(wcswidth, drawn)) <= PHONE
    assert [(name, share) for _, share, name in bars] == [
        (str(people["sam"].id), "67"),
        (str(people["alex"].id), "33"),
    ]
    assert [bar.count("█") for bar, _, _ in bars] == [14, 7]
    assert {len(bar) for bar, _, _ in bars} == {BAR}
    assert len(chart.rstrip()) == 30
    assert [bool(mark.strip()) for mark in (chart[0], chart[9], chart[26], chart[29])] == [True] * 4
    assert len(chart.replace(" ", "")) == 4
    pieces = [re.escape(piece) for piece in re.split(r"\{\w+\}", used)]
    assert re.search(".+".join(pieces), words)
    assert re.search(r"<t:\d+:R>", words)
