"""The command line: run (the default), playground, check, invite. An error is a sentence and an exit code.

What the bot doesn't need while it runs is imported where it is asked for.
"""

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence

from bot import app, logs, settings
from bot.errors import ParleyError

EXIT_FAILED = 1
LAST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the process's exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an emoji must not end a talk on a narrow console
    options = _parser().parse_args(arguments)
    logs.set_up("INFO", ())
    code: int
    try:
        code = asyncio.run(options.command(options))
    except ParleyError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return 0
    return code


async def _run(_: argparse.Namespace) -> int:
    loaded = settings.load()
    logs.set_up(loaded.log_level, loaded.secrets)
    await app.serve(loaded)
    return 0


async def _playground(options: argparse.Namespace) -> int:
    from bot import demo

    return await demo.run(
        demo.Options(
            say=tuple(options.say),
            channel=options.channel,
            speaker=options.speaker,
            admin=options.admin,
            port=options.port,
            fresh=options.fresh,
        ),
        print,
    )


async def _check(_: argparse.Namespace) -> int:
    from bot import checkup

    return await checkup.run(settings.load(), print)


async def _invite(_: argparse.Namespace) -> int:
    from bot import checkup

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
