"""The dataclasses that cross layers: what was said, by whom, where, and what an answer cost.

Nothing here acts. Ids are Discord's snowflakes unless the name says otherwise; times are aware and in UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.rules.admission.access import Standing
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason
from bot.rules.places.settings import Settings
from bot.rules.spending.usage import Usage


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """Where something is said: a channel, a thread (with its parent) or a DM (without a guild)."""

    channel_id: int
    guild_id: int | None = None
    parent_id: int | None = None

    @property
    def is_dm(self) -> bool:
        """Say whether this is a conversation with one person."""
        return self.guild_id is None

    @property
    def is_thread(self) -> bool:
        """Say whether this is a thread of another channel."""
        return self.parent_id is not None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said something: the name is what people see, the username is unique on Discord."""

    id: int
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A file that hangs on a message, not read yet; size in bytes, the type as the sender claims it."""

    id: int
    filename: str
    url: str
    size: int
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    is_voice: bool = False  # a voice message, which is said to whoever reads it


class PartKind(StrEnum):
    """What else than the speaker's own words belongs to a turn."""

    QUOTE = "quote"  # another message that this one answers or asks about
    FORWARD = "forward"  # a message that was forwarded
    PREVIEW = "preview"  # what Discord shows of the links in a message
    FILE = "file"  # a text file, read
    IMAGE = "image"  # a picture, kept as bytes
    VOICE, AUDIO = "voice", "audio"  # what is said in a voice message, its author's words; in a sound file
    NOTE = "note"  # what could not be read, in a line
    THREAD = "thread"  # the title of the thread that this turn began, and its tags
    STARTER = "starter"  # the message that the thread was opened with, which may stand in its parent
    UNWORDED = "unworded"  # a mark: the question about what is quoted came without words


class Author(StrEnum):
    """Who wrote what is quoted."""

    PERSON = "person"  # known by a label
    US, UNKNOWN = "us", "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a turn beside the speaker's own words.

    `message_id` and `author_id` are the quoted message's, whose deletion and whose author's wishes reach the
    copy. `name` is a file's, or a quoted person's label; `kept_characters` counts those of one that was cut.
    """

    kind: PartKind
    text: str = ""
    name: str = ""
    message_id: int | None = None
    author_id: int | None = None
    data: bytes | None = field(default=None, repr=False)
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    author: Author = Author.PERSON
    kept_characters: int | None = None
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """The message that a new one replies to, forwards, or is about; `unread` says why it has no words."""

    message_id: int
    text: str = ""
    speaker: Speaker | None = None
    from_us: bool = False
    attachments: tuple[AttachmentRef, ...] = ()
    reply_to: "Reference | None" = None
    unread: NoteCode | None = None


FORWARDED_MARK = "[forwarded message]"  # stands before words that somebody else wrote


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as Discord showed it, with mentions already written as names; `our_names` go for us there.

    `text` is all that it shows in words itself, such as a poll; the `previews` of links come afterwards.
    """

    message_id: int
    key: ChannelKey
    speaker: Speaker
    text: str
    created_at: datetime
    mentions_us: bool = False
    speaks_to_others: bool = False  # mentions somebody else, or replies to them
    reply_to: Reference | None = None
    forwards: tuple[Reference, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    edited_at: datetime | None = None
    our_names: tuple[str, ...] = ()
    from_bot: bool = False
    is_withheld: bool = False  # Discord keeps back what it says
    is_proxy: bool = False  # a person's, posted again for them under a name of their own
    standing: Standing = Standing()  # noqa: RUF009 - frozen
    may_read_back: bool = False  # the channel's history
    may_go_on: bool = False  # in a thread of it
    mentioned: tuple[Speaker, ...] = ()
    unworded: bool = False  # asks about the message replied to, and doesn't say what
    previews: str = ""
    locale: str = ""  # of the server, as Discord names it
    settings: Settings | None = None  # that hold for it, where they are not its place's
    asked_model: str = ""  # that was picked to answer it

    @property
    def words(self) -> str:
        """All that the message holds in words, as a quote of it has them."""
        forwarded = (f"{FORWARDED_MARK}\n{one.text}" for one in self.forwards if one.text)
        return "\n".join(piece for piece in (self.text, *forwarded, self.previews) if piece)

    @property
    def files(self) -> tuple[AttachmentRef, ...]:
        """The files of the message and of what it forwards."""
        return (*self.attachments, *(file for one in self.forwards for file in one.attachments))


class Role(StrEnum):
    """Whose turn it was, in Chat Completions' words."""

    USER, ASSISTANT = "user", "assistant"


class State(StrEnum):
    """How far a turn has come: the first three are a question's, the others an answer's."""

    HEARD = "heard"  # stored, needs no answer of its own
    WAITING = "waiting"  # stored, to be answered
    ANSWERED = "answered"
    WRITING = "writing"
    COMPLETE = "complete"
    LENGTH = "length"  # ran into the reply's token limit; can be continued
    STOPPED = "stopped"  # somebody pressed Stop; can be continued
    CANCELLED = "cancelled"  # stopped before the first word, or for its question's new words
    GONE = "gone"  # stopped, since its question was deleted or its history reset
    BROKEN = "broken"  # the connection ended in mid-answer; can be continued
    INTERRUPTED = "interrupted"  # the bot went down in mid-answer; can be continued
    FILTERED = "filtered"  # the provider's content filter ended it
    FAILED = "failed"  # nothing was written


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A user's message about to be stored; `tokens` counts its rendered text without pictures."""

    message_id: int
    key: ChannelKey
    speaker: Speaker
    label: str
    text: str
    created_at: datetime
    state: State
    tokens: int
    encoding: str
    parts: tuple[Part, ...] = ()
    asked_model: str = ""  # that was picked for it


@dataclass(frozen=True, slots=True)
class Turn:
    """One stored turn: `label` is how the model is told who speaks, empty for answers.

    `message_id` is an answer's first message on Discord, `further_ids` are the others that show it.
    """

    id: int
    position: int  # an answer's is its question's, so that it stands right after it
    role: Role
    state: State
    message_id: int | None
    author_id: int | None
    label: str
    text: str
    tokens: int
    encoding: str
    created_at: datetime
    parts: tuple[Part, ...] = ()
    further_ids: tuple[int, ...] = ()
    asked_tokens: int | None = None  # with its files whole, while it is asked


@dataclass(frozen=True, slots=True)
class Window:
    """The newest turns of a channel, oldest first, and what stands before them.

    `cut` is the position up to which (inclusive) turns are no longer sent; `summary` stands for them. Of a
    thread, turns up to the position `carried` are its channel's, and stand there.
    """

    turns: tuple[Turn, ...] = ()
    cut: int = 0
    summary: str = ""
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """What a channel holds: turns and their tokens."""

    turns: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model said of its own answer; all that `ChatCompletion` carries beside the text."""

    id: str
    model: str
    created: int
    finish_reason: str | None
    usage: Usage | None = None
    refusal: str | None = None
    extra: str = "{}"  # JSON: further fields of the completion, kept as they came


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its question, as buttons, repairs and reply details need them.

    `tries` counts how often it was begun anew; `tried` is how a later try ended that brought no new words.
    """

    id: int
    key: ChannelKey
    question_id: int
    question_message_id: int
    asker_id: int
    state: State
    text: str
    draft: str
    message_ids: tuple[int, ...]
    model: str
    created_at: datetime
    is_newest: bool
    completion: Completion | None = None
    own_count: int | None = None  # prompt tokens by our own count
    first_chunk_ms: int | None = None
    tries: int = 0
    outcome: Outcome | None = None
    tried: Outcome | None = None
    asked_model: str = ""  # that was picked for its question

    @property
    def is_to_be_redone(self) -> bool:
        """Say whether the question was edited, and what stands here is no answer to its new words."""
        return any(end is not None and end.reason is Reason.REPLACED for end in (self.outcome, self.tried))
