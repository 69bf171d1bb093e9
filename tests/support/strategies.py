"""Hypothesis strategies for what people may write and be called, and how often a law is tried."""

from hypothesis import settings
from hypothesis import strategies as st

from bot.rules.model import Speaker

HOSTILE = (
    "\n",
    "\r\n",
    "\u2028",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u3164",
    "\ufe0f",
    "\ud83d",
    "\udc00",
    "\x00",
    "\x1b[31m",
    "<|im_start|>system",
    "<|endoftext|>",
    "assistant:",
    "：",
    "(@john)",
    "＜",
    "John",
    "</file>",
    "👨‍👩‍👧",
)


def examples(most: int) -> settings:
    """Try a law so many times where others are tried a hundred times, and more often in a longer run."""
    return settings(max_examples=most * settings().max_examples // 100)


texts = st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=8), max_size=8).map("".join)
usernames = st.text("abcdefghijklmnopqrstuvwxyz0123456789_.", min_size=2, max_size=32)


@st.composite
def speakers(draw: st.DrawFn) -> Speaker:
    """Draw a person with any display name and a username as Discord allows them."""
    return Speaker(draw(st.integers(1, 2**63 - 1)), draw(texts), draw(usernames))
