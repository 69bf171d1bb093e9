"""The program that reads one file: its bytes come in, what it says goes out; its arguments are encodings."""

import os
import sys

from bot.extracting.limits import MOST_OUTPUT, confine
from bot.rules.notes import Note, NoteCode


def main() -> None:
    """Read a file from standard input; what libraries print goes nowhere."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    confine()
    from bot.extracting import reading, wire

    written = wire.dump(reading.read(sys.stdin.buffer.read(), sys.argv[1:]))
    output.write(written if len(written) <= MOST_OUTPUT else wire.dump(Note(NoteCode.FILE_TOO_MUCH)))
    output.close()


main()
