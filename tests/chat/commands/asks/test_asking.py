"""Laws of questions by command: what keeps one from being taken, and what holds for one that is."""

import pytest

from bot.chat.commands.asks.asking import Asked, By
from bot.chat.rights import Member, Permission
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.places.asides import is_aside
from bot.rules.threads.modes import ThreadMode
from bot.texts import members
from tests.chat.heart import JOHN, MODERATOR, ROOM, Heart, beating

WRITES = Member(JOHN.id, JOHN.name, frozenset({Permission.SEND_MESSAGES, Permission.READ_MESSAGE_HISTORY}))


def question(heart: Heart, text: str = "Hello", key: ChannelKey = ROOM, member: Member = WRITES) -> Asked:
    return Asked(heart.message(text, key=key, message_id=0), member)


def alone(asked: Asked, *, elsewhere: bool = False) -> Asked:
    return Asked(asked.incoming, asked.member, private=True, elsewhere=elsewhere, locale="ko")


async def taken(heart: Heart, asked: Asked, message_id: int = 7) -> Asked:
    """Take a question, and wait until it is answered."""
    await heart.services.asking.require(asked)
    await heart.services.asking.take(asked, message_id, By(8, "token"))
    await heart.until(lambda: heart.screen.sinks and heart.screen.sinks[-1].ending)
    return asked


async def test_who_may_not_write_here_may_not_ask_here_either(heart: Heart) -> None:
    mute = Member(JOHN.id, JOHN.name, frozenset())

    with pytest.raises(NotAllowed, match="Send Messages"):
        await heart.services.asking.require(question(heart, member=mute))
    await heart.services.asking.require(alone(question(heart, member=mute), elsewhere=True))


@pytest.mark.parametrize(
    ("text", "model", "sentence"), [(" ", "", members.NOTHING_ASKED), ("Hi", "gpt-x", members.NO_SUCH_MODEL)]
)
async def test_what_can_not_be_asked_is_said(heart: Heart, text: str, model: str, sentence: object) -> None:
    asked = question(heart, text)

    with pytest.raises(UserFacingError, match=str(sentence)):
        await heart.services.asking.require(Asked(asked.incoming, asked.member, model=model))


async def test_what_is_asked_alone_stays_apart_under_the_channels_settings() -> None:
    async with beating(models=("gpt-9",)) as heart:
        await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, persona="A pirate")
        asked = await taken(heart, alone(question(heart)))

        assert is_aside(asked.key)
        assert await heart.words() == []
        assert await heart.words(asked.key) == ["Hello", "Answer 1"]
        assert heart.completer.last[0] == ("system", "A pirate")
        assert heart.services.languages.of(asked.key) == "ko"
        assert heart.services.languages.of(ROOM) == "en"


@pytest.mark.parametrize("mode", ThreadMode)
async def test_a_public_answer_stands_where_it_was_asked_for(mode: ThreadMode) -> None:
    async with beating(models=("gpt-4o",), threads=mode) as heart:
        asked = question(heart)
        await taken(heart, Asked(asked.incoming, asked.member, model="gpt-4o"))

        assert await heart.words() == ["Hello", "Answer 1"]
        assert heart.completer.requests[-1].model == "gpt-4o"
