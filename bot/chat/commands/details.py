"""What is known of one answer: what the model said of it and what it cost.

The asker may see the bill and how the answer was made. The completion itself may hold more, such as other
people's words, and is for those who manage the channel.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.answers import AnswerLookup
from bot.chat.ports import Catalog
from bot.chat.rights import Action, Member, may, require
from bot.errors import UserFacingError
from bot.rules.model import Answer, ChannelKey, Completion
from bot.texts import members


@dataclass(frozen=True, slots=True)
class ReplyDetails:
    """An answer, and for those who may see it the completion as JSON where the model sent one to its end.

    `exact` says whether our own count of its prompt is as the model counts.
    """

    answer: Answer
    exact: bool
    completion_json: str | None


class Details:
    """Looks answers up by the messages that show them."""

    def __init__(
        self, answers: AnswerLookup, catalog: Catalog, as_json: Callable[[Completion, str], str]
    ) -> None:
        self._answers = answers
        self._catalog = catalog
        self._as_json = as_json

    async def of(self, key: ChannelKey, message_id: int, member: Member) -> ReplyDetails:
        """Return what somebody may know of the answer that a message of this channel shows.

        Raises:
            UserFacingError: the message shows no answer that is remembered.
            NotAllowed: the answer is somebody else's.
        """
        answer = await self._answers.by_message(message_id)
        if answer is None or answer.key.channel_id != key.channel_id or message_id not in answer.message_ids:
            raise UserFacingError(members.NO_DETAILS)
        require(Action.SEE_DETAILS, member, key, asker_id=answer.asker_id)
        exact = self._catalog.facts(answer.model).encoding_known
        if answer.completion is None or not may(Action.SEE_COMPLETION, member, key):
            return ReplyDetails(answer, exact, None)
        return ReplyDetails(answer, exact, self._as_json(answer.completion, answer.text))
