"""What ends an answer that Discord did not accept: no button is named where the answer has none."""

import pytest

from bot.chat.ports import Spot
from bot.rules.model import ChannelKey
from bot.texts import members
from bot.texts.languages.catalogue import Message
from bot.ui.answers.messages import Messages


@pytest.mark.parametrize(
    ("buttons", "refused", "waited"),
    [
        (True, members.ANSWER_REFUSED, members.TOO_LONG_A_WAIT),
        (False, members.ANSWER_REFUSED_ALONE, members.TOO_LONG_A_WAIT_ALONE),
    ],
)
def test_what_is_said_fits_the_buttons_that_there_are(
    buttons: bool, refused: Message, waited: Message
) -> None:
    messages = Messages(Spot(ChannelKey(10, guild_id=1), 1, 2, 0), lambda: buttons)
    messages.take_back()
    said = [messages.last_words[-1].content]
    messages.take_back()
    said.append(messages.last_words[-1].content)
    messages.close_with(members.TOO_LONG_A_WAIT)

    assert said == [str(refused)] * 2
    assert messages.last_words[-1].content == str(waited)
