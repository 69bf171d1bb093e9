"""The command line: run (the default), playground, check, invite. An error is a sentence and an exit code.

What is heavy is imported only where it is needed, once the process can be told to stop.
"""

import argparse
import io
import logging
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bot.errors import ParleyError

EXIT_FAILED = 1  # starting again may help
EXIT_UNFIT = 78  # it does not before somebody has mended what the sentence names: sysexits.h's EX_CONFIG
LAST_PORT = 65535


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
    options = _parser().parse_args(arguments)
    import asyncio

    from bot import logs
    from bot.errors import ParleyError

    logs.set_up("INFO", ())
    code: int
    try:
        code = asyncio.run(options.command(options))
    except ParleyError as error:
        print(error, file=sys.stderr)
        return _exit_code(options, error)
    return code


def _exit_code(options: argparse.Namespace, error: "ParleyError") -> int:
    """Return what tells a supervisor whether to start the bot again."""
    from bot.errors import PassingError

    return EXIT_UNFIT if options.command is _run and not isinstance(error, PassingError) else EXIT_FAILED


async def _run(_: argparse.Namespace) -> int:
    from bot import stopping

    told = stopping.told()
    from bot import app, logs
    from bot.settings import environment, settings

    loaded = settings.load()
    logs.set_up(loaded.log_level, loaded.secrets)
    for sentence in environment.misspelt(settings.KNOWN):
        logging.getLogger(__name__).warning(sentence)
    await app.serve(loaded, told)
    return 0


async def _playground(options: argparse.Namespace) -> int:
    from bot.demo import serve, talk

    if options.say:
        said = talk.Options(tuple(options.say), options.channel, options.speaker, options.admin)
        return await talk.run(said, print)
    return await serve.run(options.port, print, fresh=options.fresh)


async def _check(options: argparse.Namespace) -> int:
    from bot import checkup
    from bot.settings import settings

    check = checkup.forget_dialects if options.forget_dialects else checkup.run
    return await check(settings.load(), print)


async def _invite(_: argparse.Namespace) -> int:
    from bot import checkup
    from bot.settings import settings

    print(checkup.invite_link(settings.load().discord_token))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parley", description="A Discord bot that one can talk to.")
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(title="commands", metavar="")
    commands.add_parser("run", help="connect to Discord (the default)").set_defaults(command=_run)
    check = commands.add_parser(
        "check", help="look at the settings, Discord and the model, and say what is wrong"
    )
    check.set_defaults(command=_check)
    check.add_argument(
        "--forget-dialects", action="store_true", help="forget what models' servers have refused so far"
    )
    invite = commands.add_parser("invite", help="print the link that adds the bot to a server")
    invite.set_defaults(command=_invite)
    playground = commands.add_parser("playground", help="try the bot without Discord, on this machine alone")
    playground.set_defaults(command=_playground)
    playground.add_argument(
        "--say", action="append", default=[], metavar="TEXT", help="post TEXT, print the answer"
    )
    playground.add_argument("--channel", default="general", metavar="NAME", help="the channel to post in")
    playground.add_argument("--as", dest="speaker", default="alex", metavar="NAME", help="who posts")
    playground.add_argument("--admin", action="store_true", help="the speaker manages the server")
    playground.add_argument("--port", type=_port, default=8765, help="where the playground listens")
    playground.add_argument("--fresh", action="store_true", help="forget what was said before")
    return parser


def _port(raw: str) -> int:
    if not raw.isdecimal() or not int(raw[:6]) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {LAST_PORT}")
    return int(raw)


if __name__ == "__main__":
    sys.exit(main())
