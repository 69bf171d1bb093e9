"""What keeps the bot from answering is told once an hour, to those who can change it."""

import pytest

from bot.chat.rights import TIMED_OUT, Permission
from tests.chat.heart import ROOM, THREAD, Heart


@pytest.mark.parametrize("permission", [Permission.SEND_MESSAGES_IN_THREADS, Permission.MANAGE_THREADS])
async def test_the_channel_of_a_thread_hears_what_is_missing_there(
    heart: Heart, permission: Permission
) -> None:
    for _ in range(2):
        await heart.inbox.receive(heart.message("Hello", key=THREAD), [permission])
    [(reply_to, sentence)] = await heart.until(lambda: heart.screen.said)

    assert str(permission.label) in sentence
    assert reply_to == THREAD.channel_id


async def test_an_hour_later_it_is_told_again(heart: Heart, caplog: pytest.LogCaptureFixture) -> None:
    for minutes in (0, 59, 2):
        heart.clock.pass_time(minutes=minutes)
        await heart.inbox.receive(heart.message("Hello"), [Permission.SEND_MESSAGES])

    assert caplog.text.count("missing send_messages") == 2
    assert heart.screen.said == []


@pytest.mark.parametrize("missing", [[TIMED_OUT], [Permission.SEND_MESSAGES_IN_THREADS, TIMED_OUT]])
async def test_what_keeps_the_bot_from_writing_anywhere_is_told_in_the_log_alone(
    heart: Heart, missing: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    await heart.inbox.receive(heart.message("Hello", key=THREAD), missing)

    assert caplog.text.count(TIMED_OUT) == 1
    assert heart.screen.said == []


async def test_what_is_said_to_others_is_no_reason_to_tell(
    heart: Heart, caplog: pytest.LogCaptureFixture
) -> None:
    await heart.chime_in_everywhere()
    said = heart.message("Mary?", mentions_us=False, speaks_to_others=True)
    await heart.inbox.receive(said, [Permission.SEND_MESSAGES])

    assert "missing" not in caplog.text
    assert (await heart.turns(ROOM))[-1].text == "Mary?"
