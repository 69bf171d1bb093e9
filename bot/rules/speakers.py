"""How the model is told who speaks: a label that people recognise and nobody can forge.

A label is one line without brackets, quotes, a colon, or anything that can't be seen; where two people of a
channel would get the same one, the later gets the username, which is unique on Discord, behind it. Since a
display name loses its brackets, it can't imitate that either. Who goes by a word that quotes keep for the bot
or for nobody in particular always gets the username.
"""

import unicodedata

from bot.rules.graphemes import UNSEEN
from bot.rules.model import Speaker

MOST_CHARACTERS = 32  # Discord's own limit for display names and usernames
FORGING = frozenset('()[]{}<>:"|`@#\\')
YOU = "you"  # the bot itself, in quotes
SOMEBODY = "somebody"
RESERVED = frozenset({YOU, SOMEBODY})


def plain_label(speaker: Speaker) -> str:
    """Return the label of a speaker whom nobody else resembles."""
    shown = _shown(speaker)
    return told_apart(speaker) if shown.casefold() in RESERVED else shown


def told_apart(speaker: Speaker) -> str:
    """Return the label of a speaker whose plain label belongs to somebody else here."""
    return f"{_shown(speaker)} (@{plain(speaker.username) or speaker.id})"


def _shown(speaker: Speaker) -> str:
    return (plain(speaker.name) or plain(speaker.username) or SOMEBODY)[:MOST_CHARACTERS].rstrip()


def plain(name: str) -> str:
    """Return what of a name can be seen and forges nothing, on one line; it may be nothing."""
    text = " ".join(unicodedata.normalize("NFKC", name).split())
    kept = UNSEEN.sub("", "".join(character for character in text if _is_harmless(character)))
    # Once more, since a letter may only now stand beside its accent.
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def _is_harmless(character: str) -> bool:
    # Cc control, Cf format (zero-width, bidirectional), Cs surrogate, Co private use, Cn unassigned
    return character not in FORGING and not unicodedata.category(character).startswith("C")
