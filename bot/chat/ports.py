"""What the use cases need of the world, in our words; adapters elsewhere provide it, fakes in the tests.

Ids are Discord's snowflakes, but for `answer_id`. Memory is in `bot.chat.memory`, models in `completions`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.completions import Asker
from bot.chat.shards.served import Forgets
from bot.rules.model import AttachmentRef, ChannelKey, Incoming, Reference, State
from bot.rules.model_facts import ModelFacts
from bot.rules.outcome import LastMessage, Version
from bot.rules.prompting.documents import Extracted
from bot.rules.prompting.situation import Told, Whereabouts
from bot.rules.spending.entries import Sending
from bot.rules.threads.modes import ThreadMode
from bot.rules.threads.titles import Title
from bot.settings.bounds import Rate
from bot.settings.spending import Spending
from bot.texts.languages.catalogue import Saying


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class TokenCounter(Protocol):
    """Tokens as the model counts them."""

    async def ready(self, model: str) -> None:
        """Have what counting for a model needs; what counts at once needs it."""

    def count(self, text: str, model: str) -> int:
        """Count the tokens of ordinary text."""

    async def count_large(self, text: str, model: str) -> int:
        """Count text of any size without holding up the event loop."""

    def pieces(self, text: str, model: str) -> Sequence[bytes]:
        """Cut ordinary text into its tokens, as bytes; joined they are the text in UTF-8."""


class Catalog(Protocol):
    """What is known of models: by their names, and from their server."""

    def facts(self, model: str) -> ModelFacts:
        """Return what is known of a model; a name nobody knows gets careful assumptions."""

    async def look_up(self, model: str) -> None:
        """Hear what a model's server says of it, once; that takes no longer than a moment."""

    async def learn_window(self, model: str, tokens: int, why: str) -> None:
        """Learn that a model takes no more than this, prompt and answer together."""

    def learn_gone(self, model: str) -> None:
        """Learn that a server has a model no more; it may come back, and is asked for again after a while."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer is shown: a reply to the question, or messages that are there already.

    `text` is what they say until the first new word. One of the `tries` posts no message twice.
    """

    key: ChannelKey
    answer_id: int
    question_message_id: int
    tries: int
    message_ids: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer ended: decides its buttons; the note is the sentence shown under the text.

    One that `leads_on` has a button for a thread, one with a `version` some to leaf.
    """

    state: State
    note: str = ""
    leads_on: bool = False
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Buttons:
    """What the buttons of an answer go by, of one that has not ended, too."""

    state: State
    leads_on: bool = False
    version: Version | None = None


class AnswerSink(Protocol):
    """One answer on the screen: one writer that always sends the newest text."""

    def show(self, text: str) -> None:
        """Take the whole text so far; return at once."""

    def introduce(self, people: Mapping[str, int]) -> None:
        """Take who may be meant by which name in the text."""

    def notice(self, sentence: str) -> None:
        """Show a word in place of the text while there is none yet, such as a wait."""

    async def finish(self, text: str, ending: Ending) -> bool:
        """Show the final text and its buttons; return False where that may be done later only."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the screen is about to show, to be stored before it is shown; ids of messages that exist."""

    draft: str
    message_ids: tuple[int, ...]


class Answers(Protocol):
    """Where answers appear."""

    def open(
        self, spot: Spot, *, progress: Callable[[Progress], Awaitable[None]], gone: Callable[[], None]
    ) -> AnswerSink:
        """Start to show an answer; `gone` is called when its message or channel is no longer ours to edit."""

    async def take_buttons(self, key: ChannelKey, message: LastMessage) -> None:
        """Take the buttons off an older answer, when there is room for that; never raises for lost rights."""

    async def close(self) -> None:
        """Let what is being shown come to its end for a moment, then show nothing more."""


class Notices(Protocol):
    """What is shown of a question beside its answer."""

    async def mark_seen(self, key: ChannelKey, message_id: int, seen: bool) -> None:
        """Show on a waiting question that it was seen, or take that away; never raises for lost rights."""

    async def mark_refused(self, key: ChannelKey, message_id: int) -> None:
        """Show on a message that whoever wrote it may not ask here; never raises for lost rights."""

    async def say(self, key: ChannelKey, reply_to: int, saying: Saying) -> None:
        """Reply with one sentence that is not part of the conversation, in the language of the place."""

    async def greet(self, key: ChannelKey, message_id: int) -> None:
        """Tell somebody new, who begins with this message, how to ask, with questions to try."""

    async def tell_followed(self, thread: ChannelKey) -> None:
        """Say in a thread that nobody needs to mention us there, with a button that ends that."""

    async def post(self, key: ChannelKey, about: int, saying: Saying) -> None:
        """Say one sentence that is about something in another place, and a reply to nothing; likewise."""


class Screen(Answers, Notices, Forgets, Protocol):
    """All that is shown beside the answers to commands, as one adapter provides it."""


@dataclass(frozen=True, slots=True)
class Page:
    """People's messages of a stretch of a channel, oldest first.

    `newest` is where the next stretch begins, if any; `missing` are permissions that answers need.
    """

    messages: Sequence[Incoming] = ()
    newest: int | None = None
    missing: Sequence[str] = ()


class MissedReader(Protocol):
    """Discord's own copy of what was said while nobody listened."""

    def newer(self, since: Mapping[int, int]) -> Sequence[ChannelKey]:
        """Return the channels and threads of these shards with a message after an id, the newest first."""

    def absent(self, shard: int) -> Sequence[int]:
        """Return the servers of a shard of which Discord has told nothing but their ids yet."""

    async def after(self, key: ChannelKey, message_id: int, *, urgent: bool) -> Page:
        """Return the messages right after an id; none where reading is not allowed or fails."""


class ChannelHistory(Protocol):
    """Discord's own copy of what was said in a channel."""

    def shard(self, key: ChannelKey) -> int:
        """Return the number of the shard that hears of a place."""

    async def before(
        self, key: ChannelKey, message_id: int, most: int, *, down_to: int = 0
    ) -> Sequence[Incoming] | None:
        """Return up to `most` messages before this id, down to another, newest first; None if that fails."""

    async def recent(self, key: ChannelKey, message_id: int, most: int) -> Sequence[Incoming]:
        """Return up to `most` messages of others before this id, newest first; none where that fails."""

    def title(self, key: ChannelKey) -> Title | None:
        """Return what a thread is called, without asking Discord."""

    async def reference(self, key: ChannelKey, message_id: int) -> Reference:
        """Return a message that another one there is about; the opening one of a thread has its id."""


class Presence(Protocol):
    """Which places Discord still has for us."""

    def in_guild(self, guild_id: int) -> bool:
        """Say whether we are in a server, be it in an outage."""

    def in_sight(self, key: ChannelKey) -> bool:
        """Say whether a place is known to be there without asking Discord."""

    async def exists(self, key: ChannelKey) -> bool:
        """Ask Discord for a place; say False only where it certainly is no longer there for us."""


class OwnNames(Protocol):
    """What we are called, and places."""

    def our_names(self, key: ChannelKey) -> Collection[str]:
        """Return the names by which people of a place know us."""

    def whereabouts(self, key: ChannelKey) -> Whereabouts | None:
        """Return what is known of a place, without asking Discord."""


class Downloads(Protocol):
    """The files of messages."""

    async def attachment(self, ref: AttachmentRef, most_bytes: int) -> bytes:
        """Fetch the beginning of a message's own attachment; raise AttachmentError when too slow or gone."""


class Extraction(Protocol):
    """What files say that are no plain text, and the pictures that models take."""

    async def extract(self, data: bytes, near: Sequence[str] = ()) -> Extracted:
        """Return what a file says, or a note why not, never raise; `near` are encodings that it may have."""


class Transcription(Protocol):
    """A model for speech."""

    @property
    def is_on(self) -> bool:
        """Whether there is one."""

    def sending(self) -> Sending:
        """Return the request that one file takes, before it is sent."""

    async def transcribe(self, name: str, data: bytes, asker: Asker, sending: Sending) -> str:
        """Return what is said in a sound file of somebody's, and note the bill; raise a ModelError."""


class Reader(ChannelHistory, MissedReader, Presence, OwnNames, Downloads, Protocol):
    """All that is read from Discord, as one adapter provides it."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the self-hoster has set: it holds where nobody has set anything else, and bounds every request.

    Token figures are of one request; `models` may be chosen, `fallbacks` are asked where one fails; without
    `retention_days` nothing is deleted by its age, without `cooldown` answers begin as often as one likes;
    `recent` messages are read as background; `moderation_closed` holds back what can't be judged.
    """

    model: str
    persona: str
    max_prompt_tokens: int
    max_reply_tokens: int
    summarize: bool = False
    retention_days: int | None = None
    models: Sequence[str] = ()
    fallbacks: Sequence[str] = ()
    recent: int = 0
    threads: ThreadMode = ThreadMode.OFFER
    situation: Told = Told.SERVERS
    presence: str = ""
    help_url: str | None = None
    cooldown: Rate | None = None
    priced: Callable[[], bool] = lambda: True  # whether it is known what each model costs
    spending: Spending = Spending()  # noqa: RUF009 - frozen
    moderation_closed: bool = False
