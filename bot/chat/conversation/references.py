"""Who speaks, and what their message is about: replies, forwards, and the words before a bare mention."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.chat.answers import AnswerLookup
from bot.chat.conversation.attachments import Attached, previews_of
from bot.chat.memory import Journal, Questions
from bot.chat.people import People
from bot.chat.ports import ChannelHistory
from bot.chat.rights import may_read_words_of
from bot.chat.threads.ports import Openings
from bot.rules.graphemes import is_blank
from bot.rules.model import Author, ChannelKey, Incoming, Part, PartKind, Reference, Speaker
from bot.rules.notes import Note, NoteCode
from bot.rules.places.asides import is_aside
from bot.rules.prompting import speakers
from bot.rules.prompting.attachments import safe_name

EARLIER_MESSAGES = 10  # how far back a bare mention looks for its author's own words


class ReferredMemory(Protocol):
    """What looking references up needs of the memory."""

    @property
    def answers(self) -> AnswerLookup:
        """Answers, found again."""

    @property
    def journal(self) -> Journal:
        """The memory read back."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""

    @property
    def people(self) -> People:
        """How people are called, and who is not to be read."""


class References:
    """Finds what goes along with a message, beside its own words."""

    def __init__(self, memory: ReferredMemory, reader: ChannelHistory, openings: Openings) -> None:
        self._memory = memory
        self._reader = reader
        self._openings = openings

    async def label(self, incoming: Incoming) -> str:
        """Return how the model is told who speaks; nothing in a DM, where there is one person."""
        key, speaker = incoming.key, incoming.speaker
        if key.is_dm or is_aside(key):
            return ""
        label = speakers.plain_label(speaker, incoming.our_names)
        taken = [
            await self._memory.people.label_taken(place, label, speaker.id)
            for place in (key.channel_id, key.parent_id)  # some of which may go along with a thread
            if place is not None
        ]
        return speakers.told_apart(speaker) if any(taken) else label

    async def of(self, incoming: Incoming) -> tuple[list[Part], list[Attached]]:
        """Return copies of what a message refers to, and the files that hang on them and on itself."""
        begun, references = await self._origin(incoming)
        references += [(PartKind.FORWARD, forward) for forward in incoming.forwards]
        references += [(PartKind.QUOTE, quoted) for quoted in await self._replied_to(incoming)]
        if is_blank(incoming.text) and not (references or incoming.files or incoming.unworded):
            earlier = await self._earlier_words(incoming)
            if not earlier:
                return [Part(PartKind.NOTE, note=Note(NoteCode.SAYS_NOTHING))], []
            references += [(PartKind.QUOTE, one) for one in earlier]
        copies = [await self._copy(incoming, kind, reference) for kind, reference in references]
        files = [*map(Attached, incoming.attachments), *_borrowed(copies, references)]
        unworded = [Part(PartKind.UNWORDED)] if incoming.unworded else []
        return [*begun, *copies, *previews_of(incoming), *unworded], files

    async def _origin(self, incoming: Incoming) -> tuple[list[Part], list[tuple[PartKind, Reference]]]:
        """Return a thread's title, where it is not told as it is now; at first with what opened it."""
        key = incoming.key
        title = self._reader.title(key) if key.is_thread else None
        if title is None:
            return [], []
        called = Part(PartKind.THREAD, ", ".join(map(speakers.plain, title.tags)), speakers.plain(title.text))
        opener = await self._openings.opener(key.channel_id)
        if opener is not None and incoming.message_id == key.channel_id:
            return [], []  # its title is made of these words
        told = await self._memory.journal.title(key.channel_id)
        if told is not None:
            return [] if told == called else [called], []
        known = {incoming.message_id, incoming.reply_to.message_id if incoming.reply_to else None}
        if key.channel_id in known or opener is not None:
            return [called], []
        starter = await self._reader.reference(key, key.channel_id)
        says_nothing = starter.unread or not (starter.text or starter.attachments)
        return [called], [] if says_nothing else [(PartKind.STARTER, starter)]

    async def _replied_to(self, incoming: Incoming) -> Sequence[Reference]:
        """Return what a message replies to, and what that replies to in its turn."""
        key, quoted = incoming.key, incoming.reply_to
        if quoted is None or await self._is_last_word(key, quoted):
            return ()
        quoted = await self._read(key, quoted)
        if quoted.reply_to is None or quoted.from_us:  # to whom we answered, memory knows
            return (quoted,)
        inner = await self._read(key, quoted.reply_to)
        return (quoted,) if inner.unread else (quoted, inner)

    async def _read(self, key: ChannelKey, reference: Reference) -> Reference:
        """Return a message of which only the id may be known, read again."""
        is_to_be_read = reference.unread is NoteCode.QUOTE_UNREAD
        return await self._reader.reference(key, reference.message_id) if is_to_be_read else reference

    async def _is_last_word(self, key: ChannelKey, quoted: Reference) -> bool:
        """Say whether a message shows an answer after which nothing was said here, answered or not.

        What follows right on it needs no quote of it.
        """
        answer = await self._memory.answers.by_message(quoted.message_id) if quoted.from_us else None
        if answer is None or answer.key.channel_id != key.channel_id or not answer.is_newest:
            return False
        if quoted.message_id not in answer.message_ids:  # its question, which we posted for somebody
            return False
        last = await self._memory.journal.page(key.channel_id, None, 1)
        return bool(last) and last[0].position == answer.question_id

    async def _earlier_words(self, incoming: Incoming) -> Sequence[Reference]:
        """Return the author's newest own message before a bare mention, where it was not taken yet.

        What it replies to comes with it.
        """
        before = await self._reader.before(incoming.key, incoming.message_id, EARLIER_MESSAGES)
        for message in before or ():
            if message.speaker.id != incoming.speaker.id:
                continue
            if await self._memory.questions.find(message.message_id) is not None:
                return ()
            if message.is_withheld:
                return (Reference(message.message_id, unread=NoteCode.QUOTE_UNREAD),)
            own = Reference(message.message_id, message.words, message.speaker, attachments=message.files)
            return own, *await self._replied_to(message)
        return ()

    async def _copy(self, incoming: Incoming, kind: PartKind, reference: Reference) -> Part:
        if reference.unread is not None:
            return Part(PartKind.NOTE, note=Note(reference.unread))
        author = reference.speaker
        people, asker_id = self._memory.people, incoming.speaker.id
        if author and not await may_read_words_of(author.id, asker_id, people):
            return Part(PartKind.NOTE, note=Note(NoteCode.QUOTE_WITHHELD))
        if reference.from_us and (asked := await self._memory.questions.find(reference.message_id)):
            # We posted it in somebody's name, so the words are theirs.
            known = await self._memory.people.label(asked.asker_id, asked.key.channel_id)
            copy = Part(kind, reference.text, known or "", reference.message_id, asked.asker_id)
            return copy if known else replace(copy, author=Author.UNKNOWN)
        copy = Part(kind, _words_of(reference), message_id=reference.message_id)
        if reference.from_us:
            return replace(copy, author=Author.US)
        if author is None:
            return replace(copy, author=Author.UNKNOWN)
        return replace(copy, name=await self._named(incoming, author), author_id=author.id)

    async def _named(self, incoming: Incoming, author: Speaker) -> str:
        """Return who said what is quoted; who never spoke here under a label can't claim it by a quote.

        Discord gives the author of a quoted message no nickname, so the label that is known here goes before.
        """
        key = incoming.key
        if key.is_dm:
            return speakers.plain_label(author, incoming.our_names)
        if author.id == incoming.speaker.id:
            return await self.label(incoming)
        known = await self._memory.people.label(author.id, key.channel_id)
        return known or speakers.told_apart(author)


def _words_of(reference: Reference) -> str:
    """Return what a message says, or what hangs on one that says nothing."""
    return reference.text or ", ".join(f"[file: {safe_name(one.filename)}]" for one in reference.attachments)


def _borrowed(copies: Sequence[Part], references: Sequence[tuple[PartKind, Reference]]) -> list[Attached]:
    return [
        Attached(file, copy)
        for copy, (_, reference) in zip(copies, references, strict=True)
        if copy.kind is not PartKind.NOTE
        for file in reference.attachments
    ]
