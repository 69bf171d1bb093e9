"""How the model is told who speaks: a label that people recognise and nobody can forge.

A label is one line without brackets, quotes, a colon, or anything that can't be seen; where two people of a
channel would get the same one, the later gets the username, which is unique on Discord, behind it. Since a
display name loses its brackets, it can't imitate that either. Who goes by the bot's name, by a role of the
API's, by a word that quotes keep, or by letters that can be taken for others, always gets the username.
"""

import re
import unicodedata
from collections.abc import Collection

from bot.rules.graphemes import UNSEEN
from bot.rules.model import Speaker
from bot.rules.prompting.lookalikes import deceives, looks_like

MOST_CHARACTERS = 32  # Discord's own limit for display names and usernames
FORGING = frozenset('()[]{}<>:"|`@#\\')
BRACKETS_AND_QUOTES = frozenset({"Ps", "Pe", "Pi", "Pf"})
APOSTROPHES = frozenset("‘’")
LIKE_COLONS = frozenset("։׃܃܄᛬᠃᠉⁚˸꞉∶ːꓽ")
YOU = "you"  # the bot itself, in quotes
SOMEBODY = "somebody"
RESERVED = frozenset({YOU, SOMEBODY})
ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})  # the API's
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def plain_label(speaker: Speaker, our_names: Collection[str] = ()) -> str:
    """Return the label of a speaker whom nobody else resembles; `our_names` are those of the bot."""
    shown = _shown(speaker)
    if deceives(shown) or _is_reserved(shown, our_names):
        return told_apart(speaker)
    return shown


def _is_reserved(shown: str, our_names: Collection[str]) -> bool:
    """Say whether a name looks like one that is no person's; a role or the bot is seen in any word of it."""
    whole, words = _squeezed(shown), {_squeezed(word) for word in _BETWEEN_WORDS.split(shown)}
    taken = {_squeezed(name) for name in (*ROLES, "Parley", *our_names)}
    return whole in taken | {_squeezed(name) for name in RESERVED} or not taken.isdisjoint(words)


def _squeezed(name: str) -> str:
    return _BETWEEN_WORDS.sub("", looks_like(name)) or name


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
    kind = unicodedata.category(character)
    if character in FORGING or character in LIKE_COLONS or kind.startswith("C"):
        return False
    return kind not in BRACKETS_AND_QUOTES or character in APOSTROPHES
