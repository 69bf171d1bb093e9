"""How the model is told who speaks: a label that people recognise and nobody can forge.

A label is one line without control or format characters, brackets, quotes or a colon; where two people of a
channel would get the same one, the later gets the username, which is unique on Discord, behind it. Since a
display name loses its brackets, it can't imitate that either.
"""

import unicodedata

from bot.rules.model import Speaker

MOST_CHARACTERS = 32  # Discord's own limit for display names and usernames
FORBIDDEN = frozenset('()[]{}<>:"|`@#\\')
SOMEBODY = "somebody"


def plain_label(speaker: Speaker) -> str:
    """Return the label of a speaker whom nobody else resembles."""
    return _plain(speaker.name) or _plain(speaker.username) or SOMEBODY


def told_apart(speaker: Speaker) -> str:
    """Return the label of a speaker whose plain label belongs to somebody else here."""
    return f"{plain_label(speaker)} (@{_plain(speaker.username) or speaker.id})"


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    kept = "".join(" " if character.isspace() else character for character in text if _is_shown(character))
    return " ".join(kept.split())[:MOST_CHARACTERS].strip()


def _is_shown(character: str) -> bool:
    if character in FORBIDDEN:
        return False
    # Cc control, Cf format (zero-width, bidirectional), Cs surrogate, Co private use, Cn unassigned
    return character.isspace() or not unicodedata.category(character).startswith("C")
