"""What was extracted, as bytes between the two processes: a line of JSON, then a picture's bytes."""

import json
from dataclasses import asdict

from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.documents import Document, Extracted, Picture, Section, Unit


def dump(extracted: Extracted) -> bytes:
    """Write what was extracted."""
    fields = asdict(extracted)
    data: bytes = fields.pop("data", b"")
    return json.dumps([type(extracted).__name__, fields]).encode() + b"\n" + data


def load(raw: bytes) -> Extracted:
    """Read what `dump` wrote; raise ValueError for anything else."""
    line, _, data = raw.partition(b"\n")
    try:
        kind, fields = json.loads(line)
        if kind == "Picture":
            return Picture(data, **fields)
        if kind == "Note":
            return Note(**(fields | {"code": NoteCode(fields["code"])}))
        sections = tuple(Section(**one) for one in fields["sections"])
        return Document(**(fields | {"unit": Unit(fields["unit"]), "sections": sections}))
    except (TypeError, KeyError) as error:
        raise ValueError("not what was extracted") from error
