"""Persona, summary, history and the new message, written as Chat Completions messages.

What a turn looks like to the model depends on that turn alone, never on its place in the history or the time,
so that the beginning of a channel's prompt stays the same byte for byte.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.rules.graphemes import is_blank
from bot.rules.model import Author, Part, PartKind, Role, Turn
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting import speakers, tags
from bot.texts import members

Message = dict[str, Any]

NEWEST_IMAGES = 4  # pictures of earlier turns that are sent again; older ones stand as a line
REMEMBERED_CHARACTERS = 4_000  # of a file, with the questions after its own
HEARD_CHARACTERS = 300  # of what was heard, in a note
SILENCE = "[nothing]"  # a turn whose words were all taken back, since servers refuse empty messages
SUMMARY_HEADING = "What was said before, in short:"
RECENT_HEADING = "[said here shortly before, not to you]"
CONTINUE = "Go on exactly where you stopped, with no introduction and without repeating anything."
SUMMARIZE = (
    "Sum up this conversation for yourself, to remember it by: who said what, what was decided, names, facts "
    "and open questions. Plain text, at most {words} words, in the conversation's language."
)
TITLE = (
    "Give this conversation a title of at most {words} words, in its own language. Answer with the title "
    "alone, without quotes and without a full stop."
)
TITLED_CHARACTERS = 2_000  # of a question and of its answer, for a title
NAMES = {Author.US: speakers.YOU, Author.UNKNOWN: speakers.SOMEBODY}
# How what goes along with a person's words stands behind them.
PART_FORMS = {
    PartKind.QUOTE: f'<{tags.QUOTED} from="{{name}}">\n{{text}}\n</{tags.QUOTED}>',
    PartKind.FORWARD: f"<{tags.FORWARDED}>\n{{text}}\n</{tags.FORWARDED}>",
    PartKind.PREVIEW: f"<{tags.PREVIEW}>\n{{text}}\n</{tags.PREVIEW}>",
    PartKind.FILE: f'<{tags.FILE} name="{{name}}">\n{{text}}\n</{tags.FILE}>',
    PartKind.IMAGE: "[image: {name}]",
    PartKind.VOICE: "",  # its author's words stand with the others
    PartKind.AUDIO: f'<{tags.FILE} name="{{name}}">\n[what is said in it]\n{{text}}\n</{tags.FILE}>',
    PartKind.NOTE: "[{text}]",
    PartKind.STARTER: f'<{tags.STARTER} from="{{name}}">\n{{text}}\n</{tags.STARTER}>',
    PartKind.THREAD: "[thread: {name}; tags: {text}]",
    PartKind.UNWORDED: "",
}
UNTAGGED_THREAD = "[thread: {name}]"


def user_text(label: str, text: str, parts: Iterable[Part], *, whole: bool = False) -> str:
    """Write a person's turn: the speaker, their words, then what goes along, each fenced and named.

    A file stands `whole` with its question alone; of a long one the beginning is remembered.
    """
    parts = tuple(parts)
    if not text and any(part.kind is PartKind.UNWORDED for part in parts):
        text = members.ASK_PLACEHOLDER.source
    spoken = (part_words(part) for part in parts if part.kind is PartKind.VOICE)
    text = tags.untagged("\n".join(piece for piece in (text, *spoken) if piece))
    said = f"{label}: {text}" if label else "" if is_blank(text) else text
    return (
        "\n\n".join(piece for piece in (said, *(_part_text(part, whole=whole) for part in parts)) if piece)
        or SILENCE
    )


def turn_text(turn: Turn) -> str:
    """Write a person's turn as it is sent now: with its files whole while it is asked."""
    return user_text(turn.label, turn.text, turn.parts, whole=turn.asked_tokens is not None)


def tokens_of(turn: Turn) -> int:
    """Return the tokens of a turn as it is sent now."""
    return turn.tokens if turn.asked_tokens is None else turn.asked_tokens


def is_long(part: Part) -> bool:
    """Say whether a file is sent whole with its question alone."""
    return part.kind is PartKind.FILE and len(part.text) > REMEMBERED_CHARACTERS


def _part_text(part: Part, *, whole: bool) -> str:
    name = NAMES.get(part.author, part.name)
    form = PART_FORMS[part.kind] if part.text or part.kind is not PartKind.THREAD else UNTAGGED_THREAD
    words = part_words(part)
    if is_long(part) and not whole:
        words = f"{part.text[:REMEMBERED_CHARACTERS]}\n[{tags.FILE_REMEMBERED}]"
    return form.format(name=name, text=tags.untagged(words))


def part_words(part: Part) -> str:
    """Return what a part says: a note in words, and of a file that was cut, that it was."""
    if part.note is not None:
        return part.note.sentence
    if part.kept_characters is not None:
        return f"{part.text}\n[{tags.FILE_CUT.format(kept=part.kept_characters)}]"
    return part.text


def heard(parts: Iterable[Part]) -> list[Note]:
    """Return notes of what was heard in the sound files of a turn, for whoever sent them."""
    spoken = (part for part in parts if part.kind in (PartKind.VOICE, PartKind.AUDIO))
    return [Note(NoteCode.AUDIO_HEARD, part.name, words=_in_short(part.text)) for part in spoken]


def _in_short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= HEARD_CHARACTERS else f"{flat[:HEARD_CHARACTERS]}…"


def build(system: str, summary: str, turns: Sequence[Turn], *, sees: bool) -> list[Message]:
    """Return the whole request's messages, oldest first; pictures only for models that see."""
    messages = [system_message(system, summary)] if system or summary else []
    messages.extend(_message(turn, sees=sees) for turn in turns)
    return messages


def system_message(system: str, summary: str) -> Message:
    """Return the system message; the summary of what was cut stands in it."""
    pieces = (system, f"{SUMMARY_HEADING}\n{summary}" if summary else "")
    return {"role": "system", "content": "\n\n".join(piece for piece in pieces if piece)}


def situated(messages: Sequence[Message], situation: str) -> list[Message]:
    """Return a request whose persona is followed by where the model is."""
    return [messages[0], {"role": "system", "content": situation}, *messages[1:]]


def newest_images(turns: Sequence[Turn]) -> list[tuple[Turn, Part]]:
    """Return the pictures worth sending, those of newer turns first: the newest turn's, and a few more."""
    newest_first = [(turn, part) for turn in reversed(turns) for part in turn.parts if part.data]
    own = sum(1 for part in turns[-1].parts if part.data) if turns else 0
    return newest_first[: max(own, NEWEST_IMAGES)]


def with_images(turns: Sequence[Turn], images: Sequence[Part]) -> tuple[Turn, ...]:
    """Return the turns with these very pictures; the others stand as lines."""
    shown = {id(part) for part in images}

    def is_left_out(part: Part) -> bool:
        return part.data is not None and id(part) not in shown

    def as_shown(turn: Turn) -> Turn:
        if not any(map(is_left_out, turn.parts)):
            return turn
        parts = (replace(part, data=None) if is_left_out(part) else part for part in turn.parts)
        return replace(turn, parts=tuple(parts))

    return tuple(map(as_shown, turns))


def _message(turn: Turn, *, sees: bool) -> Message:
    if turn.role is Role.ASSISTANT:
        return {"role": "assistant", "content": turn.text}
    text = turn_text(turn)
    pictures = pictures_of(turn) if sees else []
    return {"role": "user", "content": [{"type": "text", "text": text}, *pictures] if pictures else text}


def pictures_of(turn: Turn) -> list[Message]:
    """Return a turn's pictures, as parts of a message's content."""
    return [_picture(part) for part in turn.parts if part.data]


def _picture(part: Part) -> Message:
    encoded = base64.b64encode(part.data or b"").decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:{part.media_type};base64,{encoded}"}}


def to_continue(messages: Sequence[Message], written: str) -> list[Message]:
    """Return a request that goes on with an answer that broke off."""
    return [*messages, {"role": "assistant", "content": written}, {"role": "user", "content": CONTINUE}]


def to_summarize(summary: str, turns: Sequence[Turn], words: int) -> list[Message]:
    """Return a request for a summary of turns that are cut, and of the summary before them."""
    said = build("", summary, turns, sees=False)
    return [*said, {"role": "user", "content": SUMMARIZE.format(words=words)}]


def to_title(question: str, answer: str, words: int) -> list[Message]:
    """Return a request for the title of a conversation that begins so."""
    begun = (("user", question), ("assistant", answer))
    said = [{"role": role, "content": text[:TITLED_CHARACTERS] or SILENCE} for role, text in begun]
    return [*said, {"role": "user", "content": TITLE.format(words=words)}]
