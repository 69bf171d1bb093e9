"""Tells once a period when 80 % of a limit are used: moderators of a server's, the owners of the total."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.bounds.budgets import Budgets, Used
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.bounds.ports import Owners
from bot.chat.completions import Asker
from bot.chat.memory import SharedFacts
from bot.chat.tasks import Tasks
from bot.rules.spending.bounds import Whose
from bot.rules.spending.entries import Entry
from bot.texts import bounds

log = logging.getLogger(__name__)

FACT = "told of the {whose}'s limit {guild_id} {per} {by_owner}"


@dataclass(frozen=True, slots=True)
class Warnings:
    """Looks after each request."""

    budgets: Budgets
    facts: SharedFacts
    notices: NoticesChannel
    owners: Owners
    tasks: Tasks

    def look(self, entry: Entry) -> None:
        """Look how much is used now that a request was booked, and tell whom it concerns."""
        self.tasks.start(self._look(Asker(entry.spender.person_id or 0, entry.spender.key), entry.id))

    async def _look(self, asker: Asker, about: int) -> None:
        for used in _nearly(await self.budgets.used(asker)):
            if await self._is_news(used):
                await self._tell(used, about)

    async def _is_news(self, used: Used) -> bool:
        bound, news = used.bound, f"{int(used.since.timestamp())} {used.bound.limit.written}"
        fact = FACT.format(
            whose=bound.whose,
            guild_id=bound.scope.guild_id,
            per=bound.limit.per,
            by_owner=bound.by_owner,
        )
        return await self.facts.change(fact, news, bound.scope.guild_id)

    async def _tell(self, used: Used, about: int) -> None:
        def saying() -> str:
            return bounds.NEARLY_USED[used.bound.whose, used.bound.setter].format(**used.details())

        if used.bound.whose is Whose.TOTAL:
            log.warning("LIMIT_TOTAL: %s %%", used.percent)
            await self.owners.tell(about, saying)
        else:
            log.info("limit of server %s: %s %%", used.bound.scope.guild_id, used.percent)
            await self.notices.tell(used.bound.scope.guild_id, about, saying)


def _nearly(held: Sequence[Used]) -> Sequence[Used]:
    return [one for one in held if one.bound.whose is not Whose.PERSON and one.is_nearly_all]
