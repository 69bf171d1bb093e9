"""The process: runs a command of the table in `bot.commands`. An error is a sentence and an exit code."""

import io
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from bot.commands import NEVER_MENDS_ITSELF, parser

EXIT_FAILED = 1  # starting again may help
EXIT_LOST = 75  # it very likely does: sysexits.h's EX_TEMPFAIL
EXIT_UNFIT = 78  # it does not before somebody has mended what the sentence names: sysexits.h's EX_CONFIG


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the process's exit code."""
    signal.signal(signal.SIGTERM, _end)  # a container's first process would not hear it otherwise
    try:
        return _main(arguments)
    except KeyboardInterrupt:
        return 0


def _end(*_: object) -> NoReturn:
    """End at once; `bot.stopping` takes over when there is something to end in order."""
    sys.exit(0)


def _main(arguments: Sequence[str] | None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an emoji must not end a talk on a narrow console
    options = parser().parse_args(arguments)
    import asyncio

    from bot import logs
    from bot.errors import GatewayLost, ParleyError, PassingError

    logs.set_up("INFO", ())
    code: int
    try:
        code = asyncio.run(options.command(options))
    except ParleyError as error:
        logs.end(str(error))
        if isinstance(error, GatewayLost):
            return EXIT_LOST
        unfit = options.command is NEVER_MENDS_ITSELF and not isinstance(error, PassingError)
        return EXIT_UNFIT if unfit else EXIT_FAILED
    return code


if __name__ == "__main__":
    sys.exit(main())
