"""What a message asks of the bot: by its words, by what is set where it was said, and by who may ask."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.chat.bounds.access import Access
from bot.chat.conversation.bots import BotTurns
from bot.chat.memory import Places
from bot.chat.people import PersonalData
from bot.chat.ports import Notices
from bot.chat.tasks import Tasks
from bot.chat.threads.opening import Opening
from bot.errors import MemoryRefused
from bot.rules.admission.access import Refusal
from bot.rules.model import Incoming, Part, PartKind
from bot.rules.places.asides import is_aside
from bot.rules.places.settings import Settings
from bot.rules.triggers import Trigger, asks_for_help, decide, is_addressed, says_hello
from bot.texts import guide
from bot.texts.languages.catalogue import Saying


class HeardMemory(Protocol):
    """What is known of places and of people."""

    @property
    def places(self) -> Places:
        """What is set and known for channels and guilds."""

    @property
    def people(self) -> PersonalData:
        """Who is new."""


@dataclass(eq=False)
class Hearing:
    """Decides what messages ask; whoever may not ask, and did, sees that in a reaction at most."""

    memory: HeardMemory
    access: Access
    notices: Notices
    tasks: Tasks
    opening: Opening

    def __post_init__(self) -> None:
        self.bots = BotTurns()

    def listens(self, channel_id: int, guild_id: int) -> bool:
        """Say whether all that is said in a channel may be for us; this is asked of every message."""
        may_be_auto = self.access.house.hears_all and self.memory.places.may_be_auto(channel_id, guild_id)
        return may_be_auto or self.bots.counts_in(channel_id, guild_id)

    async def trigger(
        self, incoming: Incoming, settings: Settings, *, ignored: bool, late: bool = False
    ) -> Trigger:
        """Decide what a message asks; one that was said `late` asks no answer of its own unless addressed.

        Its author may have asked to be `ignored`.
        """
        key, hears_all = incoming.key, self.access.house.hears_all
        auto_answers = hears_all and (settings.auto or False)
        if key.is_thread:
            await self.opening.adopt(key, incoming.speaker.id)
        joined = hears_all and key.is_thread and await self.memory.places.joined(key.channel_id)
        asks = decide(incoming, joined=joined, auto_answers=auto_answers, ignored=ignored)
        if asks is Trigger.NOTHING:
            return self.bots.limit(incoming, asks)
        refusal = await self.access.refusal(incoming.standing)
        if refusal is not None:
            self._turn_away(incoming, refusal)
            return (
                Trigger.OVERHEAR if refusal is Refusal.PERSON and (joined or auto_answers) else Trigger.REFUSE
            )
        hint = _hint(incoming) if asks is Trigger.ANSWER else None
        if hint is not None:
            if not incoming.from_bot:
                self.tasks.start(self.notices.say(key, incoming.message_id, hint))
            return Trigger.HELP
        if late and asks is Trigger.ANSWER and not is_addressed(incoming):
            asks = Trigger.CHIME_IN
        return self.bots.limit(incoming, asks)

    async def welcome(self, incoming: Incoming, copies: Sequence[Part], answered: asyncio.Event) -> None:
        """Tell whoever is new how to ask: in a direct message after the first answer, whatever was said.

        Elsewhere they are told beside it where they ask nothing; a command is a question.
        """
        asks = any(part.kind is not PartKind.NOTE for part in copies)
        directly = incoming.key.is_dm and not is_aside(incoming.key)
        if incoming.settings is not None or incoming.from_bot:
            return
        if directly or (says_hello(incoming) and not asks):
            with suppress(MemoryRefused):  # they are told another time
                if await self.memory.people.greet(incoming.speaker.id):
                    self.tasks.start(self._greet(incoming, answered if directly else None))

    async def _greet(self, incoming: Incoming, after: asyncio.Event | None) -> None:
        if after is not None:
            await after.wait()
        await self.notices.greet(incoming.key, incoming.message_id)

    async def hears_again(self, incoming: Incoming) -> bool:
        """Say whether a question that was edited may be asked again."""
        if not await self.lets_in(incoming):
            return False
        return self.bots.limit(incoming, Trigger.ANSWER) is Trigger.ANSWER

    async def lets_in(self, incoming: Incoming) -> bool:
        """Say whether whoever says something may ask at all."""
        return await self.access.refusal(incoming.standing) is None

    def _turn_away(self, incoming: Incoming, refusal: Refusal) -> None:
        reacts = self.access.house.reacts and refusal is not Refusal.SERVER and not incoming.from_bot
        if reacts and is_addressed(incoming):
            self.tasks.start(self.notices.mark_refused(incoming.key, incoming.message_id))


def _hint(incoming: Incoming) -> Saying | None:
    """Return what is said to a message that asks for help alone, or whose words Discord keeps back."""
    if incoming.is_withheld:
        return guide.UNREAD
    return guide.HINT if asks_for_help(incoming) and not incoming.from_bot else None
