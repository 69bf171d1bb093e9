"""What is known of one answer: what the model said of it and what it cost."""

from collections.abc import Callable
from dataclasses import dataclass

from bot import texts
from bot.chat.memory import Answers
from bot.errors import UserFacingError
from bot.rules.model import Answer, ChannelKey, Completion


@dataclass(frozen=True, slots=True)
class ReplyDetails:
    """An answer, and the whole completion as JSON where the model sent one to its end."""

    answer: Answer
    completion_json: str | None


class Details:
    """Looks answers up by the messages that show them."""

    def __init__(self, answers: Answers, as_json: Callable[[Completion, str], str]) -> None:
        self._answers = answers
        self._as_json = as_json

    async def of(self, key: ChannelKey, message_id: int) -> ReplyDetails:
        """Return what is known of the answer that a message of this channel shows.

        Raises:
            UserFacingError: the message shows no answer that is remembered.
        """
        answer = await self._answers.by_message(message_id)
        if answer is None or answer.key.channel_id != key.channel_id or message_id not in answer.message_ids:
            raise UserFacingError(texts.NO_DETAILS)
        if answer.completion is None:
            return ReplyDetails(answer, None)
        return ReplyDetails(answer, self._as_json(answer.completion, answer.text))
