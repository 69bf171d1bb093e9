"""What keeps the bot from answering in a place: told to those who can change it, once an hour.

Where it may not write there is only the log; of a thread, its channel hears of it.
"""

import logging
from collections.abc import Sequence

from bot.chat.ports import Clock, Notices
from bot.chat.rights import Permission
from bot.chat.tasks import Tasks
from bot.rules.model import ChannelKey
from bot.texts import admins
from bot.texts.languages.figures import several

log = logging.getLogger(__name__)

TOLD_SECONDS = 3600.0
OF_THREADS = frozenset({Permission.SEND_MESSAGES_IN_THREADS, Permission.MANAGE_THREADS})


class Obstacles:
    """Tells of them."""

    def __init__(self, notices: Notices, clock: Clock, tasks: Tasks) -> None:
        self._notices = notices
        self._clock = clock
        self._tasks = tasks
        self._told: dict[tuple[int, tuple[str, ...]], float] = {}

    def tell(self, key: ChannelKey, missing: Sequence[str]) -> None:
        """Tell what is missing to answer in a place, by the names that Discord's API has for permissions."""
        told, now = (key.parent_id or key.channel_id, tuple(missing)), self._clock.monotonic()
        self._told = {one: at for one, at in self._told.items() if now - at < TOLD_SECONDS}
        if told in self._told:
            return
        self._told[told] = now
        log.warning("can't answer in channel %s: missing %s", key.channel_id, ", ".join(missing))
        if key.parent_id is not None and OF_THREADS.issuperset(missing):
            labels = several([str(Permission(one).label) for one in missing])
            sentence = admins.CANT_ANSWER_IN_THREAD.format(thread=key.channel_id, permission=labels)
            place = ChannelKey(key.parent_id, key.guild_id)
            # A thread has the id of the message that it was opened from.
            self._tasks.start(self._notices.say(place, key.channel_id, sentence))
