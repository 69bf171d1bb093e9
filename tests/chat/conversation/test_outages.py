"""A model that is down, heard of once where nobody asked for an answer."""

from bot.chat.conversation.gathering import QUIET_SECONDS
from bot.chat.ports import Ending
from bot.errors import ContentFiltered, ModelDown, ModelError, RateLimited
from bot.rules.model import ChannelKey, State
from bot.texts import members
from tests.chat.heart import OTHER_ROOM, ROOM, Heart
from tests.support.fakes import FakeSink, completion


async def chimed_in(heart: Heart, text: str = "So", key: ChannelKey = ROOM) -> FakeSink:
    """Say something in an auto channel; return its answer once it has ended."""
    before = len(heart.screen.sinks)
    await heart.say(text, mentions_us=False, key=key)
    await heart.until(lambda: heart.clock.sleepers)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.until(lambda: len(heart.screen.sinks) > before and heart.screen.sinks[-1].ending)
    return heart.screen.sinks[-1]


async def fails(heart: Heart, error: ModelError, key: ChannelKey = ROOM) -> Ending | None:
    heart.completer.will(error)
    return (await chimed_in(heart, key=key)).ending


async def test_an_auto_channel_hears_once_that_a_model_is_down_and_once_that_it_is_back(
    heart: Heart,
) -> None:
    await heart.chime_in_everywhere()

    assert await fails(heart, ModelDown()) == Ending(State.FAILED, str(members.MODEL_DOWN))
    assert await fails(heart, ModelDown()) == Ending(State.FAILED)
    assert await fails(heart, RateLimited()) == Ending(State.FAILED)
    assert (await chimed_in(heart)).ending == Ending(State.COMPLETE, str(members.MODEL_BACK))
    assert (await chimed_in(heart)).ending == Ending(State.COMPLETE)
    assert await fails(heart, ModelDown()) == Ending(State.FAILED, str(members.MODEL_DOWN))


async def test_who_asks_hears_it_each_time(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    await fails(heart, ModelDown())
    heart.completer.will(ModelDown())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].ending)

    assert heart.sinks(question)[0].ending == Ending(State.FAILED, str(members.MODEL_DOWN))


async def test_another_auto_channel_hears_that_the_model_is_back_too(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    await fails(heart, ModelDown())
    await fails(heart, ModelDown(), key=OTHER_ROOM)
    heart.completer.will("Hi", completion())
    await chimed_in(heart)
    await heart.until(lambda: heart.screen.said)

    [(question, sentence)] = heart.screen.said
    assert question == heart.screen.sinks[1].spot.question_message_id
    assert sentence == str(members.MODEL_BACK)


async def test_a_failure_of_one_request_is_told_each_time(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    first, second = await fails(heart, ContentFiltered()), await fails(heart, ContentFiltered())

    assert first == second == Ending(State.FAILED, str(members.CONTENT_FILTERED))
