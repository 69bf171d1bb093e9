"""What moderation flags is neither sent nor shown, and those who manage a server hear of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.bounds import moderation
from bot.chat.bounds.moderation import PAGE
from bot.chat.completions import Asker, Retraction
from bot.chat.conversation.gathering import QUIET_SECONDS
from bot.chat.rights import Member, Permission
from bot.errors import AnswerFlagged, ModelDown, ModerationDown, NotAllowed, PictureUnjudged, QuestionFlagged
from bot.rules.model import AttachmentRef, State
from bot.rules.spending.entries import Purpose
from bot.texts import admins
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
    under_way,
)
from tests.support.entries import entries_of
from tests.support.fakes import completion

ADMIN = Member(MODERATOR, "Moderator", frozenset({Permission.MANAGE_GUILD}))


@pytest.fixture
async def watched() -> AsyncIterator[Heart]:
    """A heart whose words are judged; what concerns moderators goes to the other room."""
    async with beating() as heart:
        await watch(heart)
        yield heart


async def watch(heart: Heart) -> None:
    heart.moderation.is_on, heart.moderation.words = True, {"murder": "violence"}
    await heart.commands.notices.set(OTHER_ROOM, ADMIN, here=True)


async def test_a_flagged_question_is_not_sent_and_forgotten_and_its_asker_reads_why(watched: Heart) -> None:
    question = await watched.say("A murder, please")
    sink = await watched.answered(question)

    assert ending(sink).note == str(QuestionFlagged(categories="violence"))
    assert (ending(sink).state, sink.text) == (State.FAILED, "")
    assert watched.completer.requests == []
    assert "A murder, please" not in await watched.words()
    await watched.ask("Hello")
    assert "murder" not in str(watched.completer.requests[0].messages)


async def test_those_who_manage_the_server_hear_of_it_in_their_channel(watched: Heart) -> None:
    question = await watched.say("A murder, please")
    await watched.answered(question)
    await watched.until(lambda: watched.screen.posted)

    link = f"https://discord.com/channels/{ROOM.guild_id}/{ROOM.channel_id}/{question.message_id}"
    sentence = admins.HELD_BACK.format(person=JOHN.id, link=link, categories="violence")
    assert watched.screen.posted == [(OTHER_ROOM.channel_id, sentence)]


async def test_what_was_only_heard_is_judged_with_the_next_question_and_left_out_alone(
    watched: Heart,
) -> None:
    await watched.chime_in_everywhere()
    await watched.say("A murder happened", MARY, mentions_us=False, speaks_to_others=True)
    await watched.ask("Hello", JOHN)

    assert "murder" not in str(watched.completer.requests[0].messages)
    assert len(watched.completer.requests) == 1
    assert len(watched.moderation.judged[0]) == 2


async def test_what_is_read_as_background_is_judged_as_well() -> None:
    async with beating(recent=10) as heart:
        await watch(heart)
        for text in ("A murder happened", "The sun shone"):
            heart.reader.channels[ROOM.channel_id].append(heart.message(text, MARY, mentions_us=False))
        await heart.ask("What is new?", may_read_back=True)

        assert "sun" in str(heart.completer.requests[0].messages)
        assert "murder" not in str(heart.completer.requests[0].messages)


async def test_the_pictures_of_a_question_are_judged_as_well(watched: Heart) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    watched.moderation.words = {"data:image/png": "sexual"}
    watched.reader.files = {1: png}
    ref = AttachmentRef(1, "cat.png", "https://cdn.discordapp.com/x", len(png), "image/png", 8, 8)
    sink = await watched.ask("What is this?", attachments=(ref,))

    assert ending(sink).note == str(QuestionFlagged(categories="sexual"))
    assert watched.completer.requests == []


@pytest.mark.parametrize("closed", [False, True])
async def test_a_picture_that_the_endpoint_does_not_take_passes_only_where_that_is_open(closed: bool) -> None:
    async with beating(moderation_closed=closed) as heart:
        await watch(heart)
        heart.moderation.takes_pictures = False
        heart.reader.files = {1: (png := b"\x89PNG\r\n\x1a\n")}
        ref = AttachmentRef(1, "cat.png", "https://cdn.discordapp.com/x", len(png), "image/png", 8, 8)
        sink = await heart.ask("What is this?", attachments=(ref,))
        asked = len(heart.completer.requests)
        later = await heart.ask("Hello")

        assert ending(sink).note == (str(PictureUnjudged()) if closed else "")
        assert asked == (0 if closed else 1)
        assert later.text.startswith("Answer")
        assert ("data:image" in str(heart.completer.last)) is not closed


@pytest.mark.parametrize("wait", [True, False])
async def test_the_others_of_a_burst_are_answered_though_its_last_message_is_flagged(
    watched: Heart, wait: bool
) -> None:
    await watched.chime_in_everywhere()
    first = await watched.say("Is tea a soup?", mentions_us=False)
    second = await watched.say("Or a drink?", MARY, mentions_us=False)
    flagged = await watched.say("A murder, please", mentions_us=not wait)
    if wait:
        await watched.until(lambda: watched.clock.sleepers == 1)
        watched.clock.pass_time(seconds=QUIET_SECONDS)
    answer = await watched.answered(second)

    assert ending(await watched.answered(flagged)).note == str(QuestionFlagged(categories="violence"))
    assert answer.text == "Answer 1"
    assert watched.sinks(first) == []
    assert len(watched.completer.requests) == 1


async def test_what_was_answered_is_not_judged_again(watched: Heart) -> None:
    await watched.ask("One")
    await watched.ask("Two")

    assert [list(texts) for texts in watched.moderation.judged] == [
        ["John: One"],
        ["Answer 1"],
        ["John: Two"],
        ["Answer 2"],
    ]


async def test_a_flagged_answer_is_taken_back_at_its_end_and_not_remembered(watched: Heart) -> None:
    watched.completer.will("First, a ", "murder.", completion())
    sink = await watched.ask("Hello")
    await watched.ask("And now?")

    assert sink.text == ""
    assert ending(sink).note == str(AnswerFlagged(categories="violence"))
    assert "murder" not in str(watched.completer.requests[1].messages)
    await watched.until(lambda: watched.screen.posted)
    assert "hid my answer" in watched.screen.posted[0][1]


async def test_a_long_answer_is_judged_at_each_page_and_ended_where_it_is_flagged(watched: Heart) -> None:
    watched.completer.will("murder " * (PAGE // 6), asyncio.Event())
    sink = await watched.ask("Hello")

    assert (sink.text, ending(sink).note) == ("", str(AnswerFlagged(categories="violence")))
    assert watched.completer.streams == 0


async def test_words_do_not_wait_for_their_verdict(watched: Heart) -> None:
    go_on, page = asyncio.Event(), "word " * (PAGE // 5)
    watched.completer.will(page, page, go_on, "end.", completion())
    question = await watched.say("Hello")
    await watched.asked_the_model()
    watched.moderation.may_judge = asyncio.Event()
    await watched.until(lambda: watched.sinks(question)[0].text == page * 2)
    go_on.set()
    await watched.until(lambda: watched.sinks(question)[0].text == page * 2 + "end.")

    assert watched.sinks(question)[0].ending is None
    watched.moderation.may_judge.set()
    assert ending(await watched.answered(question)).state is State.COMPLETE
    assert sum(len(texts[0]) for texts in watched.moderation.judged[1:]) >= len(page * 2)


async def test_an_answer_that_was_stopped_is_judged_as_well(watched: Heart) -> None:
    watched.completer.will("A murder", asyncio.Event())
    question = await watched.say("Hello")
    await watched.until(lambda: watched.sinks(question) and watched.sinks(question)[0].text)
    await watched.control.stop((await watched.answer_to(question)).id, *watched.presser())
    sink = await watched.answered(question)

    assert (sink.text, ending(sink).note) == ("", str(AnswerFlagged(categories="violence")))


async def test_what_a_process_that_died_left_is_judged_before_it_is_shown_again(watched: Heart) -> None:
    sink = await under_way(watched, "A murder")
    await sink.appear("A murder")
    async with started_again(watched) as heart:
        [again] = [one for one in heart.screen.sinks if one.spot.answer_id == sink.spot.answer_id]

        assert (again.text, ending(again).note) == ("", str(AnswerFlagged(categories="violence")))
        assert "murder" not in str(await heart.words())


async def test_what_stood_before_stays_where_the_new_words_are_flagged(watched: Heart) -> None:
    question = await watched.say("Hello")
    await watched.answered(question)
    watched.completer.will("A murder.", completion())
    await watched.control.regenerate((await watched.answer_to(question)).id, *watched.presser())
    sink = await watched.answered(question, times=2)

    assert sink.text == "Answer 1"
    assert str(AnswerFlagged(categories="violence")) in ending(sink).note


@pytest.mark.parametrize("closed", [False, True])
async def test_while_the_endpoint_fails_all_passes_or_nothing(closed: bool) -> None:
    async with beating(moderation_closed=closed) as heart:
        await watch(heart)
        heart.moderation.fails = ModelDown()
        sink = await heart.ask("Hello")

        assert ending(sink).note == (str(ModerationDown()) if closed else "")
        assert len(heart.completer.requests) == (0 if closed else 1)
        assert "Hello" in await heart.words()


async def test_an_answer_that_can_not_be_judged_is_taken_back_where_that_is_wanted() -> None:
    async with beating(moderation_closed=True) as heart:
        await watch(heart)
        go_on = asyncio.Event()
        heart.completer.will("word " * PAGE, go_on, completion())
        question = await heart.say("Hello")
        await heart.asked_the_model()
        heart.moderation.fails = ModelDown()
        sink = await heart.answered(question)

        assert (sink.text, ending(sink).note) == ("", str(ModerationDown()))


async def test_what_only_was_thought_is_no_part_of_what_is_judged(watched: Heart) -> None:
    watched.completer.will("word " * PAGE, Retraction(), "Yes.", completion())
    sink = await watched.ask("Hello")

    assert sink.text == "Yes."
    assert watched.moderation.judged[-1] == ["Yes."]


async def test_an_answer_that_goes_on_and_begins_anew_is_judged_whole(watched: Heart) -> None:
    watched.completer.will("A long beginning, ", completion("length"))
    question = await watched.say("Hello")
    await watched.answered(question)
    watched.completer.will(Retraction(), "A murder.", completion())
    await watched.control.go_on((await watched.answer_to(question)).id, *watched.presser())
    sink = await watched.answered(question, times=2)

    assert watched.moderation.judged[-1] == ["A murder."]
    assert "murder" not in sink.text


async def test_each_look_is_an_entry_of_the_ledger(watched: Heart) -> None:
    await watched.ask("Hello")

    purposes = [entry.purpose for entry in await entries_of(watched.store)]
    assert purposes == [Purpose.MODERATION, Purpose.ANSWER, Purpose.MODERATION]


async def test_without_moderation_nothing_is_judged(heart: Heart) -> None:
    await heart.ask("A murder, please")

    assert heart.moderation.judged == []
    assert len(heart.completer.requests) == 1


async def test_in_a_direct_conversation_nobody_else_hears_of_it(watched: Heart) -> None:
    await watched.ask("A murder, please", JOHN, DIRECT)
    await watched.ask("Hello", JOHN, DIRECT)

    assert watched.screen.posted == []


async def test_the_channel_for_notices_is_set_shown_and_cleared_by_those_who_manage_the_server(
    heart: Heart,
) -> None:
    notices = heart.commands.notices
    assert await notices.held(ROOM, ADMIN) is None
    await notices.set(ROOM, ADMIN, here=True)
    assert await notices.held(OTHER_ROOM, ADMIN) == ROOM.channel_id
    await notices.set(OTHER_ROOM, ADMIN, here=False)
    assert await notices.held(ROOM, ADMIN) is None

    with pytest.raises(NotAllowed):
        await notices.set(ROOM, Member(1, "Nobody", frozenset()), here=True)


async def test_what_was_edited_since_it_was_answered_is_judged_in_its_new_words(watched: Heart) -> None:
    first = await watched.say("One")
    await watched.answered(first)
    await watched.ask("Two")
    await watched.edit(first, "A murder")
    await watched.ask("Three")

    assert "murder" not in str(watched.completer.requests[-1].messages)
    assert list(watched.moderation.judged[-2]) == ["John: A murder", "John: Three"]
    assert "A murder" not in await watched.words()


async def test_after_a_restart_all_that_is_sent_is_judged_once(watched: Heart) -> None:
    await watched.ask("One")
    async with started_again(watched) as heart:
        await heart.ask("Two")
        await heart.ask("Three")

        assert [list(texts) for texts in heart.moderation.judged] == [
            ["John: One", "John: Two"],
            ["Answer 1"],
            ["John: Three"],
            ["Answer 2"],
        ]


async def test_a_picture_that_is_added_to_words_that_passed_is_judged(watched: Heart) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    watched.moderation.words = {"data:image/png": "sexual"}
    watched.reader.files = {1: png}
    await watched.ask("What is this?")
    ref = AttachmentRef(1, "cat.png", "https://cdn.discordapp.com/x", len(png), "image/png", 8, 8)
    sink = await watched.ask("What is this?", attachments=(ref,))

    assert ending(sink).note == str(QuestionFlagged(categories="sexual"))


async def test_what_passed_unjudged_is_judged_once_that_can_be_done(watched: Heart) -> None:
    watched.moderation.fails = ModelDown()
    await watched.ask("A murder")
    watched.moderation.fails = None
    await watched.ask("Hello")

    assert "murder" in str(watched.completer.requests[0].messages)
    assert "A murder" not in str(watched.completer.requests[1].messages)


async def test_only_so_much_is_known_to_have_passed(monkeypatch: pytest.MonkeyPatch, watched: Heart) -> None:
    monkeypatch.setattr(moderation, "MOST_PASSED", 1)
    await watched.ask("One")
    await watched.ask("Two")

    assert list(watched.moderation.judged[-2]) == ["John: One", "John: Two"]


async def test_a_page_that_could_not_be_judged_is_judged_at_the_end(watched: Heart) -> None:
    begin, go_on = asyncio.Event(), asyncio.Event()
    watched.completer.will(begin, "murder " + "word " * (PAGE // 5), go_on, "The end.", completion())
    question = await watched.say("Hello")
    await watched.asked_the_model()
    watched.moderation.fails = ValueError("a bug of ours")
    begin.set()
    await watched.until(lambda: watched.sinks(question)[0].text)
    await asyncio.gather(*watched.tasks._tasks, return_exceptions=True)
    watched.moderation.fails = None
    go_on.set()
    sink = await watched.answered(question)

    assert (sink.text, ending(sink).note) == ("", str(AnswerFlagged(categories="violence")))


async def test_an_answer_that_begins_anew_in_one_piece_is_judged_whole(watched: Heart) -> None:
    first = "word " * (PAGE // 5)
    watched.completer.will(first, Retraction(), "murder, " + first, completion())
    sink = await watched.ask("Hello")

    assert (sink.text, ending(sink).note) == ("", str(AnswerFlagged(categories="violence")))


async def test_a_question_by_command_is_repeated_to_others_once_it_was_judged(watched: Heart) -> None:
    asker, may = Asker(JOHN.id, ROOM), watched.services.asking.may_be_shown
    shown = await may(asker, 7, "Hello", 60.0)
    with pytest.raises(QuestionFlagged):
        await may(asker, 8, "A murder, please", 60.0)
    await watched.until(lambda: watched.screen.posted)
    watched.moderation.may_judge = asyncio.Event()
    slow = await may(asker, 9, "And now?", 0.0)
    watched.moderation.may_judge, watched.moderation.fails = None, ModelDown()
    failing = await may(asker, 9, "And now?", 60.0)
    watched.moderation.is_on = False

    assert (shown, slow, failing) == (True, False, False)
    assert await may(asker, 9, "And now?", 60.0)
