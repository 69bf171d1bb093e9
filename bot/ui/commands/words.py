"""The small words of which answers to commands are made: amounts, shares, times, links, excerpts. Pure."""

from datetime import datetime

from discord import utils

from bot.chat.commands.threads.continuing import Opened
from bot.rules.literal import literal
from bot.rules.model import ChannelKey
from bot.texts import members
from bot.texts.features import threads

MOST_EXCERPT = 140
MOST_NAME = 100
BAR_CELLS = 20


def tokens(count: int, *, exact: bool) -> str:
    """Write a number of tokens, marked where it is an estimate: "5 tokens", "about 5 tokens"."""
    counted = members.TOKENS.format(count)
    return counted if exact else members.ESTIMATED.format(amount=counted)


def bar(part: float, whole: float, beside: float = 0) -> str:
    """Draw a share, and what comes beside it; whatever is more than nothing shows."""
    filled = _cells(part, whole)
    more = max(_cells(part + beside, whole) - filled, bool(beside) and filled < BAR_CELLS)
    return "█" * filled + "▒" * more + "░" * (BAR_CELLS - filled - more)


def _cells(part: float, whole: float) -> int:
    return min(BAR_CELLS, -(-int(part) * BAR_CELLS // int(whole))) if whole else 0


def moment(at: datetime, style: utils.TimestampStyle = "R") -> str:
    """Write a time so that everybody reads it in their own zone."""
    return utils.format_dt(at, style)


def jump(key: ChannelKey, message_id: int) -> str:
    """Return the address of a message."""
    return f"https://discord.com/channels/{key.guild_id or '@me'}/{key.channel_id}/{message_id}"


def thread_opened(opened: Opened) -> str:
    """Lead somebody to the thread that they asked for."""
    sentence = threads.OPENED if opened.is_new else threads.THERE_ALREADY
    return sentence.format(thread=opened.thread.channel_id)


def excerpt(text: str, most: int = MOST_EXCERPT) -> str:
    """Return the beginning of a text as one line in which nothing is Markdown."""
    line = " ".join(text[: 8 * most].split())
    kept = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return literal(kept)


def code(name: str) -> str:
    """Return a name that can't leave its code span."""
    return " ".join(name[:MOST_NAME].replace("`", "'").split())
