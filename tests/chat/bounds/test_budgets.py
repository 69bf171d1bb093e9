"""Limits: reserved by the most that a request can cost, booked by its bill, told once a period."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.commands.usage import Whose as UsageOf
from bot.chat.completions import Asker
from bot.chat.conversation.gathering import QUIET_SECONDS
from bot.chat.rights import Member, Permission
from bot.errors import AnswerFlagged, LimitReached, UserFacingError
from bot.rules.model import ChannelKey, Incoming, Speaker, State
from bot.rules.spending.bounds import OwnLimits, Whose
from bot.rules.spending.entries import entry_id
from bot.rules.spending.sums import Scope
from bot.rules.spending.usage import Usage
from bot.settings.spending import Limit, Per, Spending, Unit
from bot.store.spending.entries import SqlBudgets
from tests.chat.heart import (
    DIRECT,
    JOHN,
    MARY,
    MODERATOR,
    OTHER_ROOM,
    ROOM,
    Heart,
    beating,
    ending,
    started_again,
)
from tests.store.test_ledger import ENTRY
from tests.support.fakes import LIMIT_SECONDS, START, completion

DAY = Limit(300, Unit.TOKENS, Per.DAY)
PERSON = Spending(limit_person=DAY)


async def asked_until_refused(heart: Heart) -> int:
    """Have John ask until he is refused; return how many answers he got."""
    for number in range(20):
        if ending(await heart.ask("Hi")).state is State.FAILED:
            return number
    raise AssertionError


async def test_a_person_is_told_once_and_what_they_say_is_kept() -> None:
    async with beating(spending=PERSON) as heart:
        answers = await asked_until_refused(heart)
        first = ending(heart.screen.sinks[-1])
        again = ending(await heart.ask("And now?"))
        other = ending(await heart.ask("Hello", MARY))

        assert answers > 1
        assert first.note.startswith("Your limit of 300 tokens a day is used up")
        assert (again.note, other.state) == ("", State.COMPLETE)
        assert "And now?" in await heart.words()


async def test_the_others_of_a_burst_are_answered_though_who_spoke_last_is_over_their_limit() -> None:
    async with beating(spending=PERSON) as heart:
        await asked_until_refused(heart)
        await heart.chime_in_everywhere()
        marys = await heart.say("Hello", MARY, mentions_us=False)
        await heart.say("And mine?", mentions_us=False)
        await heart.until(lambda: heart.clock.sleepers == 1)
        heart.clock.pass_time(seconds=QUIET_SECONDS)

        assert ending(await heart.answered(marys)).state is State.COMPLETE


async def test_on_the_next_day_there_is_as_much_again() -> None:
    async with beating(spending=PERSON) as heart:
        await asked_until_refused(heart)
        heart.clock.pass_time(days=1)
        next_day = ending(await heart.ask("Hi"))
        heart.clock.pass_time(seconds=1)
        await asked_until_refused(heart)

        assert next_day.state is State.COMPLETE
        assert ending(heart.screen.sinks[-1]).note


async def test_a_restart_forgets_nothing() -> None:
    async with beating(spending=PERSON) as heart:
        await asked_until_refused(heart)
        async with started_again(heart, spending=PERSON) as later:
            assert ending(await later.ask("Hi")).state is State.FAILED


async def test_a_month_goes_by_the_calendar() -> None:
    limit = Spending(limit_total=Limit(300, Unit.MICROS, Per.MONTH))
    async with beating(spending=limit) as heart:
        await asked_until_refused(heart)
        heart.clock.pass_time(days=20)
        same_month = ending(await heart.ask("Hi"))
        heart.clock.pass_time(days=6)
        next_month = ending(await heart.ask("Hi"))

        assert (same_month.state, next_month.state) == (State.FAILED, State.COMPLETE)


async def test_a_servers_limit_binds_no_direct_conversation() -> None:
    async with beating(spending=Spending(limit_server=DAY)) as heart:
        await asked_until_refused(heart)
        sink = ending(heart.screen.sinks[-1])
        direct = ending(await heart.ask("Hi", JOHN, DIRECT))

        assert sink.note.startswith("This server's limit of 300 tokens a day")
        assert direct.state is State.COMPLETE


async def test_what_is_reserved_is_waited_for_and_not_taken_for_spent() -> None:
    async with beating(spending=Spending(limit_total=Limit(220, Unit.TOKENS, Per.DAY))) as heart:
        held = asyncio.Event()
        heart.completer.will("Well", held, completion())
        first = await heart.say("Hi")
        await heart.asked_the_model()
        second = await heart.say("Hi", MARY, OTHER_ROOM)
        await heart.until(lambda: heart.sinks(second))
        for _ in range(20):
            await asyncio.sleep(0)
        before = len(heart.completer.requests)
        held.set()
        states = [ending(await heart.answered(one)).state for one in (first, second)]

        assert before == 1
        assert states == [State.COMPLETE, State.COMPLETE]


async def test_a_stop_releases_what_was_reserved() -> None:
    async with beating(spending=Spending(limit_total=Limit(220, Unit.TOKENS, Per.DAY))) as heart:
        heart.completer.will("Well", asyncio.Event())
        question = await heart.say("Hi")
        await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
        await heart.control.stop(heart.sinks(question)[0].spot.answer_id, *heart.presser())
        await heart.answered(question)

        assert ending(await heart.ask("Hi", MARY)).state is State.COMPLETE


async def test_who_was_refused_can_press_no_button_until_the_period_ends() -> None:
    async with beating(spending=PERSON) as heart:
        await asked_until_refused(heart)
        answer = heart.screen.sinks[-1].spot.answer_id
        with pytest.raises(LimitReached, match="Your limit"):
            await heart.control.regenerate(answer, *heart.presser())
        heart.clock.pass_time(days=1)
        await heart.control.regenerate(answer, *heart.presser())


async def test_who_has_their_data_deleted_gets_no_new_limit_for_it_and_is_named_nowhere() -> None:
    async with beating(spending=PERSON) as heart:
        before = await asked_until_refused(heart)
        _, until = await heart.commands.privacy.delete(JOHN.id, ROOM)
        kept = await heart.store.ledger._database.read("SELECT hash, tokens FROM kept_sums")
        async with started_again(heart, spending=PERSON) as later:
            after = await asked_until_refused(later)
            later.clock.pass_time(days=1)
            again = ending(await later.ask("Hi"))
            await later.store.disposal.purge(later.clock.now())
            left = await heart.store.ledger._database.read("SELECT hash FROM kept_sums")

        assert until == START.replace(hour=0) + timedelta(days=1)
        assert after < before
        assert again.state is State.COMPLETE
        assert len(kept) == 1
        assert re.fullmatch("[0-9a-f]{32,}", kept[0]["hash"])  # which may hold any digits, by chance
        assert left == []


async def test_without_a_limit_nothing_is_kept_of_whose_data_is_deleted(heart: Heart) -> None:
    await heart.ask("Hi")
    _, until = await heart.commands.privacy.delete(JOHN.id, ROOM)

    assert until is None
    assert await heart.store.facts.read("spending-key") is None


async def limit(heart: Heart, of: Whose, amount: int, role: int = 0) -> None:
    held = Limit(amount, Unit.TOKENS, Per.DAY)
    await heart.store.limits.put(ROOM, MODERATOR, (of, role), held)


async def test_a_server_may_set_lower_limits_of_its_own() -> None:
    async with beating(spending=PERSON) as heart:
        await limit(heart, Whose.PERSON, 220)
        await asked_until_refused(heart)
        here = ending(heart.screen.sinks[-1]).note
        elsewhere = ending(await heart.ask("Hi", JOHN, DIRECT))

        assert here.startswith("Your limit of 220 tokens a day is used up")
        assert "Someone who manages this server set it" in here
        assert elsewhere.state is State.COMPLETE


async def test_nobody_passes_the_owners_limit() -> None:
    async with beating(spending=PERSON) as heart:
        await limit(heart, Whose.PERSON, 10_000)
        await asked_until_refused(heart)

        assert ending(heart.screen.sinks[-1]).note.startswith("Your limit of 300 tokens a day")


async def test_a_persons_limit_is_the_largest_of_their_roles() -> None:
    async with beating() as heart:
        await limit(heart, Whose.PERSON, 1)
        await limit(heart, Whose.PERSON, 150, role=7)
        await limit(heart, Whose.PERSON, 400, role=8)
        heart.membership.held = {JOHN.id: frozenset({7, 8})}
        answers = await asked_until_refused(heart)
        other = ending(await heart.ask("Hi", MARY))

        assert answers > 1
        assert other.note.startswith("Your limit of 1 token a day")


async def test_a_servers_own_limit_is_for_all_of_it() -> None:
    async with beating() as heart:
        await limit(heart, Whose.SERVER, 220)
        await asked_until_refused(heart)
        _, until = await heart.commands.privacy.delete(JOHN.id, ROOM)

        assert ending(heart.screen.sinks[-1]).note.startswith("This server's limit of 220 tokens a day")
        assert until is None


async def test_a_deleted_persons_sum_of_a_servers_limit_is_kept() -> None:
    async with beating() as heart:
        await limit(heart, Whose.PERSON, 220)
        await asked_until_refused(heart)
        _, until = await heart.commands.privacy.delete(JOHN.id, ROOM)
        await heart.store.places.drop_guild(ROOM.guild_id or 0)

        assert until is not None
        assert await heart.store.limits.of(ROOM.guild_id or 0) == OwnLimits()


async def test_at_80_percent_the_owners_hear_of_the_total_and_moderators_of_the_server_once() -> None:
    spending = Spending(
        limit_total=Limit(1_000, Unit.TOKENS, Per.DAY), limit_server=Limit(1_010, Unit.TOKENS, Per.DAY)
    )
    async with beating(spending=spending) as heart:
        olivia = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
        await heart.commands.notices.set(OTHER_ROOM, olivia, here=True)
        await heart.store.ledger.record(
            replace(ENTRY, id=entry_id(heart.clock.now(), 0), usage=Usage(790, 0))
        )
        for _ in range(2):
            await heart.ask("Hi")
        await heart.until(lambda: heart.owners.told and heart.screen.posted)
        report = await heart.commands.usage.of(UsageOf.SERVER, ROOM, olivia)

        assert len(heart.owners.told) == len(heart.screen.posted) == 1
        assert "of the limit of 1,000 tokens a day that everyone shares is used" in heart.owners.told[0]
        assert heart.screen.posted[0][0] == OTHER_ROOM.channel_id
        assert "of this server's limit of 1,010 tokens a day is used" in heart.screen.posted[0][1]
        assert [one.bound.whose for one in report.limits] == [Whose.SERVER]
        assert report.limits[0].percent >= 80


async def test_money_bounds_nothing_where_nobody_knows_what_a_model_costs() -> None:
    async with beating(priced=lambda: False) as heart:
        olivia = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
        limits = heart.commands.limits
        with pytest.raises(UserFacingError, match="PRICES"):
            await limits.put(ROOM, olivia, (Whose.PERSON, 0), "$1/day")
        held = await limits.put(ROOM, olivia, (Whose.PERSON, 0), "1 token/day")

        assert held == OwnLimits(person=Limit(1, Unit.TOKENS, Per.DAY))
        assert await limits.put(ROOM, olivia, (Whose.PERSON, 0), None) == OwnLimits()
        with pytest.raises(UserFacingError, match="like"):
            await limits.put(ROOM, olivia, (Whose.PERSON, 0), "much")


async def test_a_request_that_could_not_be_recorded_holds_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError

    async with beating(spending=Spending(limit_total=Limit(150, Unit.TOKENS, Per.DAY))) as heart:
        with monkeypatch.context() as patched:
            patched.setattr(SqlBudgets, "begin", broken)
            first = ending(await heart.ask("Hi"))
        second = ending(await heart.ask("Hi", MARY, OTHER_ROOM))

        assert (first.state, second.state) == (State.FAILED, State.COMPLETE)


async def many_ask(heart: Heart, count: int, *held: asyncio.Event) -> list[Incoming]:
    """Have so many people ask, each in a channel of their own; each answer takes 67 tokens."""
    asked = []
    for number in range(count):
        heart.completer.will("Well", *held, completion(prompt_tokens=60))
        room = ChannelKey(1_000 + number, guild_id=1)
        asked.append(await heart.say("Hi", Speaker(300 + number, "Guest", f"guest_{number}"), room))
    await heart.until(lambda: all(map(heart.sinks, asked)))
    return asked


async def until_some_wait(heart: Heart, count: int = 1) -> None:
    """Wait until so many requests wait for others to be booked."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while len(heart.control.budgets._news._waiters) < count:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)


async def test_those_who_wait_over_midnight_count_in_the_day_in_which_they_begin() -> None:
    async with beating(spending=Spending(limit_total=Limit(230, Unit.TOKENS, Per.DAY))) as heart:
        heart.clock.pass_time(hours=11, minutes=59)
        held = asyncio.Event()
        heart.completer.will("Well", held, completion())
        first = await heart.say("Hi")
        await heart.asked_the_model()
        waiting = await many_ask(heart, 5)
        await until_some_wait(heart, 5)
        heart.clock.pass_time(minutes=2)
        held.set()
        await heart.answered(first)
        states = [ending(await heart.answered(one)).state for one in waiting]

        assert states.count(State.COMPLETE) == 2
        assert states.count(State.FAILED) == 3


async def test_a_limit_that_is_lowered_holds_for_those_who_wait() -> None:
    async with beating(spending=Spending(limit_total=Limit(220, Unit.TOKENS, Per.DAY))) as heart:
        held = asyncio.Event()
        heart.completer.will("Well", held, completion())
        first = await heart.say("Hi")
        await heart.asked_the_model()
        [second] = await many_ask(heart, 1)
        await until_some_wait(heart)
        await limit(heart, Whose.SERVER, 1)
        held.set()
        await heart.answered(first)

        assert ending(await heart.answered(second)).note.startswith("This server's limit of 1 token a day")


async def test_what_takes_no_tokens_is_never_kept_from_being_judged() -> None:
    async with beating(spending=Spending(limit_server=Limit(1_000, Unit.TOKENS, Per.DAY))) as heart:
        heart.moderation.is_on, heart.moderation.words = True, {"murder": "violence"}
        go_on = asyncio.Event()
        heart.completer.will("word ", go_on, "murder " * 400, asyncio.Event())
        question = await heart.say("Hi")
        await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
        spent = replace(ENTRY, id=entry_id(heart.clock.now(), 0), usage=Usage(790, 0))
        await heart.store.ledger.record(spent)
        await limit(heart, Whose.SERVER, 10)
        go_on.set()
        sink = await heart.answered(question)

        assert (sink.text, ending(sink).note) == ("", str(AnswerFlagged(categories="violence")))


async def test_who_was_refused_once_and_asks_for_less_can_press_buttons_again() -> None:
    async with beating(spending=PERSON) as heart:
        sink = await heart.ask("Hi")
        long = ending(await heart.ask("word " * 300, JOHN, OTHER_ROOM))
        less = ending(await heart.ask("Hi", JOHN, DIRECT))

        assert (long.state, less.state) == (State.FAILED, State.COMPLETE)
        await heart.control.regenerate(sink.spot.answer_id, *heart.presser())


async def test_on_the_first_of_a_month_a_deleted_persons_sum_is_kept_once() -> None:
    async with beating() as heart:
        heart.clock.pass_time(days=26)
        await limit(heart, Whose.PERSON, 100_000)
        month = Limit(1_000_000, Unit.TOKENS, Per.MONTH)
        await heart.store.limits.put(ROOM, MODERATOR, (Whose.PERSON, 7), month)
        await heart.ask("Hi")
        spent = await heart.store.ledger.sum(Scope(JOHN.id), START)
        _, until = await heart.commands.privacy.delete(JOHN.id, ROOM)
        kept = await heart.store.ledger._database.read("SELECT tokens FROM kept_sums")

        assert [row["tokens"] for row in kept] == [spent.tokens]
        assert until == START.replace(month=10, day=1, hour=0)


async def test_a_limit_that_is_first_looked_at_while_a_request_is_under_way_counts_its_bill() -> None:
    async with beating() as heart:
        go_on = asyncio.Event()
        heart.completer.will("Well", go_on, completion())
        question = await heart.say("Hi")
        await heart.asked_the_model()
        await limit(heart, Whose.SERVER, 600)
        budgets, john = heart.control.budgets, Asker(JOHN.id, ROOM)
        [before] = await budgets.used(john)
        go_on.set()
        await heart.answered(question)
        [after] = await budgets.used(john)

        assert (before.spent.tokens, after.spent.tokens) == (0, 27)


async def test_several_answers_that_end_at_once_are_one_warning() -> None:
    spending = Spending(limit_total=Limit(3_000, Unit.TOKENS, Per.DAY))
    async with beating(spending=spending) as heart:
        await heart.store.ledger.record(
            replace(ENTRY, id=entry_id(heart.clock.now(), 0), usage=Usage(2_390, 0))
        )
        held = asyncio.Event()
        asked = await many_ask(heart, 3, held)
        await heart.asked_the_model(3)
        held.set()
        for one in asked:
            await heart.answered(one)
        await asyncio.gather(*heart.tasks._tasks)

        assert len(heart.owners.told) == 1


async def test_of_a_server_that_was_left_no_fact_stays() -> None:
    held = Limit(150, Unit.TOKENS, Per.DAY)
    async with beating(spending=Spending(limit_server=held, limit_total=held)) as heart:
        olivia = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
        await heart.commands.notices.set(OTHER_ROOM, olivia, here=True)
        heart.completer.will("Well", completion(prompt_tokens=140))
        await heart.ask("Hi")
        await heart.until(lambda: heart.screen.posted)
        before = await facts(heart)
        await heart.inbox.guild_left(ROOM.guild_id or 0)

        assert any("server's limit 1 " in name for name in before)
        assert [name for name in await facts(heart) if "1" in name] == []
        assert any("total's limit" in name for name in await facts(heart))
        await heart.commands.notices.set(OTHER_ROOM, olivia, here=False)
        assert await heart.commands.notices.held(ROOM, olivia) is None


async def facts(heart: Heart) -> list[str]:
    return [row["name"] for row in await heart.store.ledger._database.read("SELECT name FROM facts")]


async def test_the_sums_of_two_who_delete_their_data_at_once_are_kept_under_one_key() -> None:
    async with beating(spending=PERSON) as heart:
        for speaker in (JOHN, MARY):
            await heart.ask("Hi", speaker, OTHER_ROOM)
        privacy = heart.commands.privacy
        await asyncio.gather(*(privacy.delete(speaker.id, ROOM) for speaker in (JOHN, MARY)))
        async with started_again(heart, spending=PERSON) as later:
            used = [await later.control.budgets.used(Asker(one.id, ROOM)) for one in (JOHN, MARY)]

    assert [one.spent.tokens for [one] in used] == [27, 27]


async def test_a_role_has_a_limit_for_each_person_alone() -> None:
    async with beating() as heart:
        olivia = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
        with pytest.raises(UserFacingError, match="each person"):
            await heart.commands.limits.put(ROOM, olivia, (Whose.SERVER, 7), "1 token/day")
        for _ in range(2):
            held = await heart.commands.limits.put(ROOM, olivia, (Whose.PERSON, 7), "1 token/day")

        assert held == OwnLimits(roles={7: Limit(1, Unit.TOKENS, Per.DAY)})
        assert len(await heart.store.journal.log(ROOM, 10)) == 1


async def test_of_a_limit_that_was_raised_its_80_percent_are_told_again() -> None:
    async with beating() as heart:
        olivia = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
        await heart.commands.notices.set(OTHER_ROOM, olivia, here=True)
        for amount, spent in ((1_000, 900), (2_000, 900), (2_000, 20)):
            await limit(heart, Whose.SERVER, amount)
            heart.completer.will("Well", completion(prompt_tokens=spent))
            await heart.ask("Hi")
            await asyncio.gather(*heart.tasks._tasks)

        assert [ending(sink).state for sink in heart.screen.sinks] == [State.COMPLETE] * 3
        assert [sentence[:3] for _, sentence in heart.screen.posted] == ["90%"] * 2
