"""Notes on a message as data, which is stored, and the sentences that the model and the asker read."""

from dataclasses import dataclass
from enum import StrEnum

from bot.rules.literal import literal
from bot.rules.prompting import tags
from bot.texts import contents, members
from bot.texts.languages.catalogue import Message
from bot.texts.languages.figures import number


class NoteCode(StrEnum):
    """What there is to say; its value stands in memory, so that it must not change."""

    FILE_NOT_TEXT = "file_not_text"
    FILE_NOT_FETCHED = "file_not_fetched"
    IMAGE_TOO_LARGE = "image_too_large"  # the limit is in MiB
    FILE_TOO_LARGE = "file_too_large"  # the limit is in MiB
    FILE_TOO_MUCH = "file_too_much"
    FILE_DAMAGED = "file_damaged"
    FILE_ENCRYPTED = "file_encrypted"
    FILE_EMPTY = "file_empty"
    FILE_OLD_OFFICE = "file_old_office"
    FILE_IS_FILM = "file_is_film"
    PDF_WITHOUT_TEXT = "pdf_without_text"
    IMAGE_HEIC = "image_heic"
    IMAGE_MOVING = "image_moving"
    IMAGE_DRAWN = "image_drawn"
    AUDIO_UNHEARD = "audio_unheard"
    AUDIO_FAILED = "audio_failed"
    AUDIO_SILENT = "audio_silent"
    AUDIO_HEARD = "audio_heard"  # the words are those that were heard
    ENCODING_GUESSED = "encoding_guessed"  # the words are its name
    SOME_LINES = "some_lines"  # the words are the numbers of those told, the limit how many there are
    SOME_PAGES = "some_pages"
    SOME_SLIDES = "some_slides"
    SOME_ROWS = "some_rows"
    TOO_MANY_FILES = "too_many_files"  # the limit is a number of files
    QUOTE_WITHHELD = "quote_withheld"
    QUOTE_DELETED = "quote_deleted"
    QUOTE_UNREAD = "quote_unread"
    SAYS_NOTHING = "says_nothing"
    IMAGE_NOT_SEEN = "image_not_seen"
    IMAGES_REFUSED = "images_refused"
    IMAGE_NO_ROOM = "image_no_room"
    MODEL_BACK = "model_back"
    MODEL_GONE = "model_gone"  # the name is the model's
    ANSWERED_BY = "answered_by"  # the name is the model's that stood in
    LEGACY = "legacy"  # written by an earlier version in words of its own


_SENTENCES = {
    NoteCode.FILE_NOT_TEXT: contents.FILE_NOT_TEXT,
    NoteCode.FILE_NOT_FETCHED: contents.FILE_NOT_FETCHED,
    NoteCode.IMAGE_TOO_LARGE: contents.IMAGE_TOO_LARGE,
    NoteCode.FILE_TOO_LARGE: contents.FILE_TOO_LARGE,
    NoteCode.FILE_TOO_MUCH: contents.FILE_TOO_MUCH,
    NoteCode.FILE_DAMAGED: contents.FILE_DAMAGED,
    NoteCode.FILE_ENCRYPTED: contents.FILE_ENCRYPTED,
    NoteCode.FILE_EMPTY: contents.FILE_EMPTY,
    NoteCode.FILE_OLD_OFFICE: contents.FILE_OLD_OFFICE,
    NoteCode.FILE_IS_FILM: contents.FILE_IS_FILM,
    NoteCode.PDF_WITHOUT_TEXT: contents.PDF_WITHOUT_TEXT,
    NoteCode.IMAGE_HEIC: contents.IMAGE_HEIC,
    NoteCode.IMAGE_MOVING: contents.IMAGE_MOVING,
    NoteCode.IMAGE_DRAWN: contents.IMAGE_DRAWN,
    NoteCode.AUDIO_UNHEARD: contents.AUDIO_UNHEARD,
    NoteCode.AUDIO_FAILED: contents.AUDIO_FAILED,
    NoteCode.AUDIO_SILENT: contents.AUDIO_SILENT,
    NoteCode.AUDIO_HEARD: contents.AUDIO_HEARD,
    NoteCode.ENCODING_GUESSED: contents.ENCODING_GUESSED,
    NoteCode.SOME_LINES: contents.SOME_LINES,
    NoteCode.SOME_PAGES: contents.SOME_PAGES,
    NoteCode.SOME_SLIDES: contents.SOME_SLIDES,
    NoteCode.SOME_ROWS: contents.SOME_ROWS,
    NoteCode.TOO_MANY_FILES: contents.TOO_MANY_FILES,
    NoteCode.QUOTE_WITHHELD: contents.QUOTE_WITHHELD,
    NoteCode.QUOTE_DELETED: contents.QUOTE_DELETED,
    NoteCode.QUOTE_UNREAD: contents.QUOTE_UNREAD,
    NoteCode.SAYS_NOTHING: Message(tags.SAYS_NOTHING),
    NoteCode.IMAGE_NOT_SEEN: contents.IMAGE_NOT_SEEN,
    NoteCode.IMAGES_REFUSED: contents.IMAGES_REFUSED,
    NoteCode.IMAGE_NO_ROOM: contents.IMAGE_NO_ROOM,
    NoteCode.MODEL_GONE: members.MODEL_GONE,
    NoteCode.MODEL_BACK: members.MODEL_IS_BACK,
    NoteCode.ANSWERED_BY: members.ANSWERED_BY,
    NoteCode.LEGACY: Message("{words}"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A note: `name` is a file's, `limit` a number; `words` are names and numbers, or a legacy note's."""

    code: NoteCode
    name: str = ""
    limit: int = 0
    words: str = ""

    @property
    def sentence(self) -> str:
        """The note as the model reads it: in English, without a full stop."""
        return _SENTENCES[self.code].source.format(name=self.name, limit=self.limit, words=self.words)

    @property
    def remark(self) -> str:
        """The note as the asker reads it under an answer."""
        sentence = _SENTENCES[self.code].format(name=self.name, limit=number(self.limit), words=self.words)
        return f"{literal(sentence)}."

    @property
    def concerns_files(self) -> bool:
        """Whether the asker should know of it: that they said nothing, or what was deleted, they see."""
        return self.code not in (NoteCode.SAYS_NOTHING, NoteCode.QUOTE_DELETED)
