"""What memory doesn't have goes along as background, in no more room than the conversation leaves."""

from dataclasses import replace

from bot.chat.conversation.asking.background import MOST_RECENT
from bot.chat.rights import Member, Permission
from bot.errors import ContextTooLong
from bot.rules.model import ChannelKey
from bot.rules.prompting.prompt import RECENT_HEADING
from tests.chat.heart import DIRECT, JOHN, MARY, MODERATOR, OTHER_ROOM, ROOM, Heart, beating
from tests.support.fakes import completion


def heard(heart: Heart, text: str, key: ChannelKey = ROOM) -> None:
    """Have Mary say something that memory does not hear."""
    heart.reader.channels[key.channel_id].append(heart.message(text, MARY, key, mentions_us=False))


def background(heart: Heart) -> str:
    """Return what stands before the newest question where it is background."""
    said = [content for _, content in heart.completer.last]
    return said[-2] if len(said) > 1 and said[-2].startswith(RECENT_HEADING) else ""


async def set_to(heart: Heart, messages: int | None) -> None:
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, recent=messages)


async def test_it_is_read_where_it_is_set_and_the_self_hosters_figure_holds_elsewhere() -> None:
    async with beating(recent=2) as heart:
        for key in (ROOM, OTHER_ROOM, DIRECT):
            for number in range(3):
                heard(heart, f"Line {number}", key)
        await set_to(heart, 1)
        found = {}
        for key in (ROOM, OTHER_ROOM, DIRECT):
            await heart.ask("What?", JOHN, key, may_read_back=True)
            found[key] = [f"Line {number}" in background(heart) for number in range(3)]

    assert found == {ROOM: [False, False, True], OTHER_ROOM: [False, True, True], DIRECT: [False] * 3}


async def test_who_may_not_read_the_history_and_who_did_not_address_the_bot_have_none(heart: Heart) -> None:
    await set_to(heart, 10)
    heard(heart, "A secret")
    await heart.ask("What?")

    assert background(heart) == ""


async def test_no_more_is_read_than_discord_gives_at_once(heart: Heart) -> None:
    await set_to(heart, 10_000)
    for number in range(MOST_RECENT + 20):
        heard(heart, f"<{number}>")
    await heart.ask("What?", may_read_back=True)

    assert "<19>" not in background(heart)


async def test_messages_without_words_and_those_of_who_asked_not_to_be_read_are_left_out(
    heart: Heart,
) -> None:
    await set_to(heart, 10)
    await heart.store.people.ignore(MARY.id, True)
    heard(heart, "Mine")
    heart.reader.channels[ROOM.channel_id].append(heart.message("", JOHN, mentions_us=False))
    await heart.ask("What?", may_read_back=True)

    assert background(heart) == ""


async def test_it_takes_what_the_conversation_leaves(heart: Heart) -> None:
    await set_to(heart, 100)
    for number in range(60):
        heard(heart, f"Line {number} " + "word " * 12)
    await heart.ask("What?", may_read_back=True)

    assert "Line 59" in background(heart)
    assert "Line 0 " not in background(heart)
    assert heart.completer.requests[-1].tokens <= 1_000


async def test_a_model_that_takes_less_is_asked_again_with_less_of_it(heart: Heart) -> None:
    await set_to(heart, 100)
    for number in range(10):
        heard(heart, f"Line {number} " + "word " * 12)
    heart.completer.will(ContextTooLong())
    await heart.ask("What?", may_read_back=True)
    first, second = heart.completer.requests

    assert 0 < second.tokens < first.tokens


async def test_a_continued_answer_has_it_before_the_question(heart: Heart) -> None:
    await set_to(heart, 10)
    heard(heart, "The meeting is at eight.")
    heart.completer.will("One, ", completion("length"))
    question = await heart.say("Count", may_read_back=True)
    await heart.answered(question)
    answer = await heart.answer_to(question)
    await heart.control.go_on(answer.id, *heart.presser(reads_back=True))
    await heart.answered(question, 2)

    said = [content for _, content in heart.completer.last]
    assert [text.startswith(RECENT_HEADING) for text in said] == [False, True, False, False, False]


async def test_what_a_question_would_bring_along_is_counted_for_whoever_asks(heart: Heart) -> None:
    await set_to(heart, 10)
    heard(heart, "The meeting is at eight.")
    reader = Member(JOHN.id, "John", frozenset({Permission.READ_MESSAGE_HISTORY}))
    counting, now = heart.commands.counting, heart.message("now").message_id

    counted = await counting.channel(ROOM, now=now, member=reader)
    for_others = await counting.channel(ROOM, now=now, member=replace(reader, permissions=frozenset()))
    elsewhere = await counting.channel(OTHER_ROOM, now=now, member=reader)
    await heart.ask("When?", may_read_back=True)
    alone = await heart.ask("When?", key=OTHER_ROOM)

    assert alone.ending is not None
    assert counted.recent == heart.completer.requests[0].tokens - heart.completer.requests[1].tokens
    assert (for_others.recent, elsewhere.recent) == (0, 0)


async def test_what_is_longer_than_its_share_is_left_out(heart: Heart) -> None:
    await set_to(heart, 10)
    heard(heart, "A word " * 300)
    await heart.ask("What?", may_read_back=True)

    assert len(heart.completer.requests) == 1
    assert background(heart) == ""
