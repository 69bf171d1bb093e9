"""Between rows and the dataclasses of `bot.rules.model`; no statement is run here."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from bot.rules.model import Answer, Author, ChannelKey, Completion, Part, PartKind, Role, State, Turn
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason
from bot.rules.places.settings import KINDS
from bot.rules.records import Deed, Verb
from bot.rules.spending.usage import Usage
from bot.store.connection.unit import Row, Value, moment

TURN_COLUMNS = (
    "id, position, question_id, state, message_id, author_id, label, text, tokens, encoding, created_at"
)


def _read_as(kind: type) -> Callable[[Any], Any]:
    return (lambda stored: bool(int(stored))) if kind is bool else kind


_READ = {name: _read_as(kind) for name, kind in KINDS.items() if kind is not str}


def id_list(ids: Iterable[int]) -> str:
    """Return ids as the JSON that `json_each` reads and `json_group_array` writes."""
    return json.dumps(list(ids), separators=(",", ":"))


def key_of(row: Row) -> ChannelKey:
    """Read where a row belongs."""
    return ChannelKey(row["channel_id"], row["guild_id"], row["parent_id"])


def turn_of(row: Row, parts: Sequence[Part] = (), further_ids: Sequence[int] = ()) -> Turn:
    """Read a row of the history."""
    return Turn(
        id=row["id"],
        position=row["position"],
        role=Role.USER if row["question_id"] is None else Role.ASSISTANT,
        state=State(row["state"]),
        message_id=row["message_id"],
        author_id=row["author_id"],
        label=row["label"],
        text=row["text"],
        tokens=row["tokens"],
        encoding=row["encoding"],
        created_at=moment(row["created_at"]),
        parts=tuple(parts),
        further_ids=tuple(further_ids),
    )


def part_of(row: Row, data: bytes | None) -> Part:
    """Read a part; its picture is read apart."""
    note = _note_of(row)
    return Part(
        kind=PartKind(row["kind"]),
        text="" if note else row["text"],
        name="" if note else row["name"],
        message_id=row["message_id"],
        author_id=row["author_id"],
        data=data,
        media_type=row["media_type"],
        width=row["width"],
        height=row["height"],
        author=Author(row["author_kind"]),
        kept_characters=None if note else row["number"],
        note=note,
    )


def _note_of(row: Row) -> Note | None:
    if row["note"] is None:
        return None
    return Note(NoteCode(row["note"]), row["name"], row["number"], row["text"])


def part_values(part: Part) -> Sequence[Value]:
    """Return the values of a part, in the order of its columns; a note's stand in the place of a file's."""
    note = part.note
    return (
        part.kind.value,
        part.message_id,
        part.author_id,
        note.name if note else part.name,
        part.media_type,
        part.width,
        part.height,
        note.words if note else part.text,
        part.author.value,
        note.code.value if note else None,
        note.limit if note else part.kept_characters,
    )


def answer_of(row: Row, *, is_newest: bool) -> Answer:
    """Read an answer's card; a question that is gone leaves 0 for its message and asker."""
    return Answer(
        id=row["id"],
        key=key_of(row),
        question_id=row["question_id"],
        question_message_id=row["question_message_id"] or 0,
        asker_id=row["asker_id"] or 0,
        state=State(row["state"]),
        text=row["text"],
        draft=row["draft"],
        message_ids=tuple(json.loads(row["message_ids"])),
        model=row["model"],
        created_at=moment(row["created_at"]),
        is_newest=is_newest,
        completion=_completion_of(row),
        own_count=row["own_count"],
        first_chunk_ms=row["first_chunk_ms"],
        tries=row["tries"],
        asked_model=row["asked_model"] or "",
    )


def end_of(row: Row) -> Outcome:
    """Read how an answer ended."""
    return Outcome(
        reason=Reason(row["reason"]),
        stopped_by=row["stopped_by"],
        name=row["stopped_name"],
        error=row["error"],
        details=json.loads(row["details"]),
        remarks=tuple(_remark_of(**one) for one in json.loads(row["remarks"])),
    )


def _remark_of(code: str, **details: Any) -> Note:
    return Note(NoteCode(code), **details)


def end_values(outcome: Outcome) -> Sequence[Value]:
    """Return the values of an end, in the order of its columns."""
    details, remarks = json.dumps(dict(outcome.details)), json.dumps(list(map(asdict, outcome.remarks)))
    return outcome.reason.value, outcome.stopped_by, outcome.name, outcome.error, details, remarks


def completion_values(completion: Completion | None) -> Sequence[Value]:
    """Return the values of what a model said of an answer, in the order of its columns."""
    if completion is None:
        return (None,) * 9
    usage = completion.usage
    return (
        completion.id,
        completion.model,
        completion.created,
        completion.finish_reason,
        completion.refusal,
        completion.extra,
        usage.prompt_tokens if usage else None,
        usage.completion_tokens if usage else None,
        usage.cached_tokens if usage else None,
    )


def setting_value(name: str | None, stored: Any) -> Any:
    """Read the value of a setting: numbers are in words where the column holds text."""
    return _READ[name](stored) if stored is not None and name in _READ else stored


def deed_of(row: Row) -> Deed:
    """Read what somebody did."""
    return Deed(
        verb=Verb(row["verb"]),
        setting=row["setting"],
        value=setting_value(row["setting"], row["value"]),
        turns=row["turns"],
        tokens=row["tokens"],
        words=row["words"],
    )


def _completion_of(row: Row) -> Completion | None:
    if row["completion_id"] is None:
        return None
    return Completion(
        id=row["completion_id"],
        model=row["completion_model"],
        created=row["completion_created"],
        finish_reason=row["finish_reason"],
        usage=_usage_of(row),
        refusal=row["refusal"],
        extra=row["extra"],
    )


def _usage_of(row: Row) -> Usage | None:
    if row["prompt_tokens"] is None:
        return None
    return Usage(row["prompt_tokens"], row["completion_tokens"], row["cached_tokens"])
