"""Is this message for us? Decided from the message and what is set where it was said."""

from datetime import timedelta
from enum import Enum, auto

from bot.rules.graphemes import is_blank
from bot.rules.model import Incoming
from bot.rules.places.asides import is_aside

PROXIED_WITHIN = timedelta(seconds=15)
LONGEST_MARK = 100  # characters, of both ends together: as long as PluralKit lets them be


class Trigger(Enum):
    """What a message asks of the bot."""

    NOTHING = auto()
    ANSWER = auto()  # addressed to the bot: answer this message
    HEAR = auto()  # said to somebody else where we listen: remember it, and be silent
    CHIME_IN = auto()  # said in an auto channel: answer what was said, once it is quiet
    OVERHEAR = auto()  # by somebody who may not ask, where we listen: remember the words alone
    HELP = auto()  # asks for help and nothing else: point to /help, remember nothing
    REFUSE = auto()  # by somebody who may not ask: remember nothing


def decide(incoming: Incoming, *, joined: bool, auto_answers: bool, ignored: bool) -> Trigger:
    """Decide what a message asks of the bot.

    `joined` says that the bot takes part in this thread, `auto_answers` that it answers all that is said
    here, and `ignored` that the author does not want to be listened to unless they address the bot.
    """
    if is_addressed(incoming):
        return Trigger.ANSWER
    if ignored or _is_empty(incoming):
        return Trigger.NOTHING
    joined = joined and incoming.key.is_thread
    if incoming.speaks_to_others:
        return Trigger.HEAR if auto_answers or joined else Trigger.NOTHING
    if auto_answers:
        return Trigger.CHIME_IN
    return Trigger.ANSWER if joined else Trigger.NOTHING


def is_addressed(incoming: Incoming) -> bool:
    """Say whether a message is said to the bot, wherever that is."""
    return incoming.key.is_dm or incoming.mentions_us or _replies_to_us(incoming)


def asks_for_help(incoming: Incoming) -> bool:
    """Say whether a message mentions the bot and says nothing but that it wants help."""
    alone = incoming.mentions_us and not incoming.files and incoming.reply_to is None
    return alone and incoming.words.strip(" /!?.").lower() == "help"


def says_hello(incoming: Incoming) -> bool:
    """Say whether a message in a server does nothing but mention the bot."""
    key = incoming.key
    goes_on = key.is_thread and key.channel_id != incoming.message_id  # else it has just been opened for this
    if goes_on or is_aside(key) or incoming.files or incoming.reply_to is not None:
        return False  # something is there to be asked about
    return incoming.mentions_us and not any(map(str.isalnum, incoming.words))


def is_proxied(original: Incoming, copy: Incoming) -> bool:
    """Say whether a webhook's message is a person's own, posted again under a name that they chose.

    PluralKit, Tupperbox and their like do so within seconds, and take off what marks the name at either end.
    """
    if copy.key.channel_id != original.key.channel_id:
        return False
    if abs(copy.created_at - original.created_at) > PROXIED_WITHIN:
        return False
    said, left = copy.text.strip(), len(original.text.strip()) - len(copy.text.strip())
    if not said:
        files = [file.filename for file in copy.attachments]
        return bool(files) and files == [file.filename for file in original.attachments]
    return said in original.text and left <= LONGEST_MARK


def _replies_to_us(incoming: Incoming) -> bool:
    return incoming.reply_to is not None and incoming.reply_to.from_us


def _is_empty(incoming: Incoming) -> bool:
    return is_blank(incoming.words) and not incoming.files
