"""Logging for the operator: one line per event, with ids, no message text at INFO, never a secret."""

import copy
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

# Shapes of keys and tokens that may turn up in a vendor's message though they are not ours.
SECRET_SHAPES = re.compile(
    r"sk-[\w*-]{8,}"
    r"|(?<=Bearer )[\w.~+/-]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # a Discord bot token
)
MASK = "•••"
SHORTEST_SECRET = 8  # a local server's key such as "ollama" is no secret, and no word to blot out
# Below WARNING their lines hold whole payloads: people's words, and headers.
VENDORS = ("discord", "openai", "httpx2", "httpcore2", "aiohttp", "aiosqlite", "asyncio", "markdown_it")


LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s%(question)s"
IN_A_LINE = str.maketrans({"\n": "\\n", "\r": "\\r"})
MOST_BYTES, MOST_FILES = 10 * 2**20, 5

_question: ContextVar[int] = ContextVar("question", default=0)


@contextmanager
def about(message_id: int) -> Iterator[None]:
    """Let each line that is logged here, and in tasks begun here, name the question that it is about."""
    token = _question.set(message_id)
    try:
        yield
    finally:
        _question.reset(token)


class Masking(logging.Formatter):
    """Formats a record as a line, and masks what is secret in it and in the traceback below."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(LINE, "%Y-%m-%d %H:%M:%S")
        secrets = (secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
        self.secrets = tuple(sorted(secrets, key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or lines, to write."""
        return self._mask(super().format(_in_a_line(record)))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging calls it
        """Return the line without the traceback."""
        question = _question.get()
        record.question = f" question={question}" if question else ""
        record.message = record.message.translate(IN_A_LINE)
        return super().formatMessage(record)

    def _mask(self, text: str) -> str:
        return mask(text, self.secrets)


class Json(Masking):
    """Formats a record as an object on one line, its traceback included.

    A library for that would be longer to adapt: what is secret is masked before it is encoded, since a quote
    or a backslash in it looks otherwise then.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to write."""
        record, question = _in_a_line(record), _question.get()
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "question": str(question) if question else "",  # too large for a number in JSON
            "error": self.formatException(record.exc_info) if record.exc_info else "",
            "stack": record.stack_info or "",
        }
        return json.dumps({name: self._mask(text) for name, text in told.items() if text}, ensure_ascii=False)


def _in_a_line(record: logging.LogRecord) -> logging.LogRecord:
    """Put a vendor's lost connection on one line: it is retried, and a traceback says nothing more."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.partition(".")[0] not in VENDORS or not isinstance(error, OSError):
        return record
    short = copy.copy(record)
    short.msg, short.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
    short.exc_info = short.exc_text = None
    return short


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask the given secrets, and anything that is shaped like a key."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return SECRET_SHAPES.sub(MASK, text)


def set_up(level: str, secrets: Iterable[str], form: str = "text", file: Path | None = None) -> None:
    """Send all logging to standard error and into a file, if one is named; the vendors' from WARNING on.

    Raises:
        OSError: the file can't be written.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file is not None:
        from logging.handlers import RotatingFileHandler  # with much that is not needed without

        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(file, "a", MOST_BYTES, MOST_FILES, "utf-8"))
    formatter = (Json if form == "json" else Masking)(secrets)
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=handlers, force=True)
    for vendor in VENDORS:
        logging.getLogger(vendor).setLevel(logging.WARNING)


def end(sentence: str) -> None:
    """Tell why the process ends: on standard error by itself, and as a line wherever else the log goes."""
    record = logging.LogRecord(__name__, logging.ERROR, "", 0, "%s", (sentence,), None)
    alone, known = True, Masking()
    for handler in logging.getLogger().handlers:
        in_file, in_json = isinstance(handler, logging.FileHandler), isinstance(handler.formatter, Json)
        known = handler.formatter if isinstance(handler.formatter, Masking) else known
        if in_file or in_json:
            handler.handle(record)
            alone = alone and in_file
    if alone:
        sys.stderr.write(f"{mask(sentence, known.secrets)}\n")
