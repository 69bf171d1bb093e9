"""Notes on a message as data, which is stored, and the sentences that the model and the asker read."""

from dataclasses import dataclass
from enum import StrEnum

from bot.rules.literal import literal
from bot.texts import members


class NoteCode(StrEnum):
    """What there is to say; its value stands in memory, so that it must not change."""

    FILE_NOT_TEXT = "file_not_text"
    FILE_NOT_FETCHED = "file_not_fetched"
    IMAGE_TOO_LARGE = "image_too_large"  # the limit is in MiB
    TOO_MANY_FILES = "too_many_files"  # the limit is a number of files
    QUOTE_WITHHELD = "quote_withheld"
    SAYS_NOTHING = "says_nothing"
    IMAGE_NOT_SEEN = "image_not_seen"
    IMAGES_REFUSED = "images_refused"
    IMAGE_NO_ROOM = "image_no_room"
    MODEL_BACK = "model_back"
    MODEL_GONE = "model_gone"  # the name is the model's
    LEGACY = "legacy"  # written by an earlier version in words of its own


_SENTENCES = {
    NoteCode.FILE_NOT_TEXT: members.FILE_NOT_TEXT,
    NoteCode.FILE_NOT_FETCHED: members.FILE_NOT_FETCHED,
    NoteCode.IMAGE_TOO_LARGE: members.IMAGE_TOO_LARGE,
    NoteCode.TOO_MANY_FILES: members.TOO_MANY_FILES,
    NoteCode.QUOTE_WITHHELD: members.QUOTE_WITHHELD,
    NoteCode.SAYS_NOTHING: members.SAYS_NOTHING,
    NoteCode.IMAGE_NOT_SEEN: members.IMAGE_NOT_SEEN,
    NoteCode.IMAGES_REFUSED: members.IMAGES_REFUSED,
    NoteCode.IMAGE_NO_ROOM: members.IMAGE_NO_ROOM,
    NoteCode.MODEL_GONE: members.MODEL_GONE,
    NoteCode.MODEL_BACK: members.MODEL_BACK.rstrip("."),
    NoteCode.LEGACY: "{words}",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A note: `name` is a file's, `limit` the one that was passed, `words` those of a legacy note."""

    code: NoteCode
    name: str = ""
    limit: int = 0
    words: str = ""

    @property
    def sentence(self) -> str:
        """The note in words, without a full stop."""
        return _SENTENCES[self.code].format(name=self.name, limit=self.limit, words=self.words)

    @property
    def remark(self) -> str:
        """The note as the asker reads it under an answer."""
        return f"{literal(self.sentence)}."

    @property
    def concerns_files(self) -> bool:
        """Whether the asker should know of it: that they said nothing, they know."""
        return self.code is not NoteCode.SAYS_NOTHING
