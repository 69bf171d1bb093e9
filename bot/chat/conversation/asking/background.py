"""What was said around a question that memory doesn't have: read from Discord, told to the model, not stored.

It stands right before the question, so that the beginning of a channel's prompt stays the same, and takes no
more room than the conversation leaves.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.chat.conversation.asking.request import Ask, AssembledRequest, Preview, Requests
from bot.chat.conversation.queue import Job
from bot.chat.conversation.reconciliation import moment_of
from bot.chat.memory import Questions, SettingsStore
from bot.chat.people import PersonalData
from bot.chat.ports import ChannelHistory, Defaults
from bot.chat.rights import Member, Permission, may_read_words_of
from bot.rules.model import ChannelKey, Incoming, Part, PartKind
from bot.rules.places.settings import Settings
from bot.rules.prompting import prompt
from bot.rules.prompting.speakers import told_apart
from bot.rules.prompting.tokens import MESSAGE_TOKENS

MOST_RECENT = 100
SHARE = 0.25  # of a request, at most
EPOCH = datetime.fromtimestamp(0, UTC)


class BackgroundMemory(Protocol):
    """What is asked of the memory here."""

    @property
    def questions(self) -> Questions:
        """Which messages are stored."""

    @property
    def people(self) -> PersonalData:
        """Who asked not to be read."""

    @property
    def places(self) -> SettingsStore:
        """How much is to be read where."""


class Background:
    """Reads it, and puts it into a request."""

    def __init__(
        self, memory: BackgroundMemory, reader: ChannelHistory, requests: Requests, defaults: Defaults
    ) -> None:
        self._memory = memory
        self._reader = reader
        self._requests = requests
        self._defaults = defaults

    async def before(self, job: Job) -> tuple[Part, ...]:
        """Return what a question's asker may read of what was said before it, oldest first."""
        if not job.reads_back:
            return ()
        settings = job.settings or await self._memory.places.settings(job.key)
        parts = await self.read(job.key, job.question_message_id, job.asker_id, settings)
        return (*await self._above(job.key, job.asker_id, settings), *parts)

    async def _above(self, key: ChannelKey, asker_id: int, settings: Settings) -> tuple[Part, ...]:
        """Return what was said in its channel before the question that opened a thread.

        It goes along as long as that question does.
        """
        began = await self._memory.questions.find(key.channel_id) if key.is_thread else None
        if began is None or began.key != key:
            return ()
        above = replace(key, channel_id=key.parent_id or 0, parent_id=None)
        resets = [(await self._memory.questions.known(one, []))[1] for one in (key, above)]
        found = await self._found(above, key.channel_id, settings)
        floors = (self._expired(key.channel_id, settings), *filter(None, resets))
        return await self._readable(found, asker_id, max(floors))

    async def read(
        self, key: ChannelKey, message_id: int, asker_id: int, settings: Settings
    ) -> tuple[Part, ...]:
        """Return messages before another, but for those that memory has, or is to have no more."""
        found = await self._found(key, message_id, settings)
        if not found:
            return ()
        stored, reset_at = await self._memory.questions.known(key, [said.message_id for said in found])
        new = [said for said in found if said.message_id not in stored]
        floor = max(self._expired(message_id, settings), reset_at or EPOCH)
        return await self._readable(new, asker_id, floor)

    async def _found(self, key: ChannelKey, message_id: int, settings: Settings) -> Sequence[Incoming]:
        wanted = self._defaults.recent if settings.recent is None else settings.recent
        if key.is_dm or not wanted:
            return ()
        return await self._reader.recent(key, message_id, min(wanted, MOST_RECENT))

    async def _readable(self, found: Sequence[Incoming], asker_id: int, floor: datetime) -> tuple[Part, ...]:
        """Return what an asker may read of messages newer than a moment, oldest first."""
        authors = {said.speaker.id for said in found}
        may_be_read = {id_: await may_read_words_of(id_, asker_id, self._memory.people) for id_ in authors}
        forgotten = await self._memory.people.forgotten(authors)
        return tuple(
            _part(said)
            for said in reversed(found)
            if said.words
            and may_be_read[said.speaker.id]
            and said.created_at > max(floor, forgotten.get(said.speaker.id, EPOCH))
        )

    def _expired(self, message_id: int, settings: Settings) -> datetime:
        """Return until when what was said is too old to be remembered, as a message is asked about."""
        set_here = settings.retention_days
        days = self._defaults.retention_days if set_here is None else set_here
        return moment_of(message_id) - timedelta(days=days) if days else EPOCH

    async def under(self, ask: Ask, assembled: AssembledRequest) -> AssembledRequest:
        """Return a request with the newest of the background that there is room for."""
        if not ask.background:
            return assembled
        budget = self._requests.budget(ask)
        if ask.most is not None:
            budget = min(ask.most - ask.more, budget)
        room = min(int(budget * SHARE), budget + ask.more - assembled.tokens) - MESSAGE_TOKENS
        text, tokens = await self._fitting(ask.chosen.facts.name, ask.background, room)
        if not text:
            return assembled
        tokens += MESSAGE_TOKENS
        request, at = assembled.request, len(assembled.request.messages) - (3 if ask.written else 1)
        counted, ratio = assembled.tokens + tokens, self._requests.calibrations.ratio(ask.chosen.facts)
        return replace(
            assembled,
            request=replace(
                request,
                messages=[*request.messages[:at], {"role": "user", "content": text}, *request.messages[at:]],
                max_reply_tokens=self._requests.reply_limit(ask.chosen.facts, counted),
                tokens=request.tokens and int(counted * ratio),
            ),
            tokens=counted,
            background=tokens,
        )

    async def cost(self, key: ChannelKey, now: int, member: Member, preview: Preview) -> int:
        """Return the tokens of background that a question of somebody's would have now."""
        if Permission.READ_MESSAGE_HISTORY not in member.permissions:
            return 0
        parts = await self.read(key, now, member.id, await self._memory.places.settings(key))
        room = min(int(preview.budget * SHARE), preview.budget - preview.tokens) - MESSAGE_TOKENS
        _, tokens = await self._fitting(preview.model, parts, room)
        return tokens + MESSAGE_TOKENS if tokens else 0

    async def _fitting(self, model: str, parts: Sequence[Part], room: int) -> tuple[str, int]:
        """Return the newest of these parts as a text that fits, and its tokens."""
        kept, least = list(parts), 0
        costs = [await self._requests.count(part.text, model) for part in parts]
        while kept and sum(costs[least:]) > room:
            kept, least = kept[1:], least + 1
        while kept:
            text = prompt.user_text("", prompt.RECENT_HEADING, kept)
            if (tokens := await self._requests.count(text, model)) <= room:
                return text, tokens
            kept = kept[max(1, len(kept) // 8) :]
        return "", 0


def _part(said: Incoming) -> Part:
    return Part(
        PartKind.QUOTE,
        said.words,
        told_apart(said.speaker),
        message_id=said.message_id,
        author_id=said.speaker.id,
    )
