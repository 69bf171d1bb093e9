"""Tells the bot's owners something in their direct messages; nothing is shown to anybody else."""

import logging
from dataclasses import dataclass

from bot.chat.ports import Notices
from bot.client.bot import ParleyBot
from bot.client.retry import FAILURES
from bot.rules.model import ChannelKey
from bot.texts.languages.catalogue import Saying

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DiscordOwners:
    """The owners of the bot, by the client; sentences are posted as all others are."""

    client: ParleyBot
    notices: Notices

    async def tell(self, about: int, saying: Saying) -> None:
        """Tell each of them; one who can't be reached is logged."""
        for owner_id in self.client.owners:
            try:
                opened = await self.client.http.start_private_message(owner_id)
            except FAILURES as error:
                log.warning("owner %s can't be told: %r", owner_id, error)
            else:
                await self.notices.post(ChannelKey(int(opened["id"])), about, saying)
