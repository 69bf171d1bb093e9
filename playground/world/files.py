"""Attachments: what Discord tells of a file beside its bytes."""

from __future__ import annotations

import base64
import mimetypes
import struct

from playground.world.entities import Attachment

VOICE = "voice-message.ogg"  # as Discord's own clients call it
BYTES_A_SECOND = 4_000  # of a voice message, about


def attach(attachment_id: int, filename: str, data: bytes, *, ephemeral: bool = False) -> Attachment:
    """Return an attachment with the type that its name suggests and, for a picture, its size.

    A voice message has its length, and a waveform that is as wide as it is untrue.
    """
    width, height = picture_size(data) or (None, None)
    kind = _type_by_name(filename)
    made = Attachment(attachment_id, filename, kind, data, None, width, height, ephemeral)
    if filename == VOICE:
        made.content_type = "audio/ogg"
        made.duration_secs = max(1, round(len(data) / BYTES_A_SECOND, 2))
        made.waveform = base64.b64encode(data[:64]).decode("ascii")
    return made


def _type_by_name(filename: str) -> str | None:
    kind, _ = mimetypes.guess_type(filename)
    if kind is not None and (kind.startswith("text/") or kind == "application/json"):
        return f"{kind}; charset=utf-8"
    return kind


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG, GIF or JPEG."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
    return None
