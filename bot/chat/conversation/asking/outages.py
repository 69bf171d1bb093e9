"""Where it was said that a model can't be reached, so that a channel in which nobody asked hears it once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.conversation.queue import Job
from bot.rules.outcome import Outcome, Reason
from bot.rules.places.shards import ShardId

# The errors that the next message would meet as well.
DOWN = frozenset(
    {
        *("ModelDown", "ModelDownUntil", "ModelTimeout", "ModelNotFound"),
        *("RateLimited", "RateLimitedUntil", "KeyRefused", "QuotaUsedUp"),
    }
)


@dataclass(frozen=True, slots=True)
class _Told:
    job: Job
    model: str


class Outages:
    """The channels that wait for a model to come back; a restart forgets them."""

    def __init__(self) -> None:
        self._told: dict[int, _Told] = {}

    def forget(self, shard: ShardId) -> None:
        """Forget which of a shard's places wait."""
        self._told = {id_: told for id_, told in self._told.items() if not shard.has(told.job.key.guild_id)}

    def is_old_news(self, job: Job, model: str, outcome: Outcome) -> bool:
        """Say whether an answer that nobody asked for ended as one before it did, and note it otherwise."""
        if outcome.reason is not Reason.FAILED or outcome.error not in DOWN or job.gathering_since is None:
            return False
        known = job.key.channel_id in self._told
        self._told[job.key.channel_id] = _Told(job, model)
        return known

    def over(self, job: Job, model: str) -> tuple[bool, Sequence[Job]]:
        """Note that a model speaks; say whether this channel waited, and which questions elsewhere did."""
        here = self._told.pop(job.key.channel_id, None)
        elsewhere = [told.job for told in self._told.values() if told.model == model]
        for other in elsewhere:
            del self._told[other.key.channel_id]
        return here is not None, elsewhere
