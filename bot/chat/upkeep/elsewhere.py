"""What a process that has ended was asked where the bot is no member: it belongs to no shard of others."""

from dataclasses import dataclass

from bot.chat.asides.hooks import Hooks
from bot.chat.conversation.asides.closing import Closing
from bot.chat.upkeep.recovery import Recovery
from bot.rules.places.shards import ALL


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """Repairs it while Discord still takes anything by the webhooks of those who asked."""

    hooks: Hooks
    closing: Closing
    recovery: Recovery

    async def catch_up(self) -> None:
        """Repair what other processes have left since the last look."""
        if asked := await self.hooks.left():
            await self.hooks.recall(ALL)
            await self.closing.recall(ALL)
            await self.recovery.elsewhere(asked)
