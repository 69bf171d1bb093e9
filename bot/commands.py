"""The commands of the command line: their options, and what each calls.

What is heavy is imported only where it is needed, once the process can be told to stop.
"""

import argparse
import gc
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import bot

LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what its help says, what it does, and its options."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], Awaitable[int]]
    options: Callable[[argparse.ArgumentParser], None] = lambda parser: None


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; what it parses has its command as `command`."""
    called = Path(sys.argv[0]).stem
    main = argparse.ArgumentParser(
        prog=called if called == "parley" else "python -m bot",
        description="A Discord bot that one can talk to.",
        epilog="Without a command the bot runs. For the first time: setup. Without Discord: playground.",
    )
    main.add_argument("--version", action="version", version=f"Parley {bot.__version__}")
    main.set_defaults(command=_run)
    commands = main.add_subparsers(title="commands", metavar="COMMAND")
    for one in COMMANDS:
        added = commands.add_parser(one.name, help=one.help, description=one.help)
        added.set_defaults(command=one.run)
        one.options(added)
    return main


async def _run(_: argparse.Namespace) -> int:
    if at_a_terminal():  # whoever sits there may be offered a setup
        from bot.keeping.setup import steps

        if not await steps.offer():
            return 0
    from bot import stopping

    told = stopping.told()
    from bot.serving import introduction
    from bot.settings import environment, settings

    loaded, values = settings.load(), settings.raw_values()
    introduction.set_up_logs(loaded)
    log = logging.getLogger(__name__)
    for line in introduction.lines(loaded, values):
        log.info(line)
    for sentence in environment.misspelt(settings.KNOWN):
        log.warning(sentence)
    gc.disable()  # what is loaded stays: to look through it each time takes a fifth of the time to READY
    from bot import running  # takes most of a second: what is wrong with the settings is told before

    await running.serve(loaded, told)
    return 0


def at_a_terminal() -> bool:
    """Say whether somebody sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


async def _setup(options: argparse.Namespace) -> int:
    from bot.keeping.setup import steps

    return await _run(options) if await steps.run() else 0


async def _check(options: argparse.Namespace) -> int:
    if options.forget_dialects:
        from bot.keeping.forgetting import forget_dialects
        from bot.settings import settings

        return await forget_dialects(settings.load_database(), print)
    from bot.keeping import check

    return await check.run(check.Options(options.channel, options.json), print)


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", type=int, metavar="ID", help="look at the permissions in a channel, too")
    parser.add_argument("--json", action="store_true", help="write what was found as JSON")
    parser.add_argument(
        "--forget-dialects", action="store_true", help="forget what models' servers have refused so far"
    )


async def _health(_: argparse.Namespace) -> int:
    from bot.serving import beside
    from bot.settings import settings

    return beside.tell(settings.load_database(), settings.load_http_port(), print)


async def _invite(_: argparse.Namespace) -> int:
    from bot.client import invitation
    from bot.settings import settings

    print(invitation.link(invitation.application_of(settings.load_token())))
    return 0


async def _usage(options: argparse.Namespace) -> int:
    from bot.keeping import usage
    from bot.rules.spending.sums import By
    from bot.settings import settings

    wanted = usage.Options(options.since, By(options.by) if options.by else None, usage.Form(options.form))
    return await usage.run(settings.load_database(), settings.load_timezone(), wanted, print)


def _usage_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DAY", help="such as 2026-11-01; 30 days ago by default")
    parser.add_argument("--by", choices=("user", "channel", "model", "day"), help="apart by what")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    parser.set_defaults(form="table")


async def _backup(options: argparse.Namespace) -> int:
    from bot.keeping import copies
    from bot.settings import settings

    copies.backup(settings.load_database(), options.file, print)
    return 0


async def _restore(options: argparse.Namespace) -> int:
    from datetime import datetime

    from bot.keeping import copies
    from bot.settings import settings

    copies.restore(options.file, settings.load_database(), datetime.now().astimezone(), print)
    return 0


def _file_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy of the database")


async def _export(options: argparse.Namespace) -> int:
    from bot.keeping.export import export
    from bot.settings import settings

    return await export(settings.load_database(), options.server, options.file, print)


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", type=int, required=True, metavar="ID", help="which server")
    parser.add_argument("file", type=Path, metavar="FILE", help="the file of JSON Lines that is made")


async def _vacuum(_: argparse.Namespace) -> int:
    from bot.keeping import copies
    from bot.settings import settings

    copies.vacuum(settings.load_database(), print)
    return 0


async def _move(options: argparse.Namespace) -> int:
    from bot.keeping.move import move
    from bot.settings import settings

    return await move(settings.load_database(), options.to, print)


def _move_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", type=_database, required=True, metavar="URL", help="an empty database: postgresql://..."
    )


def _database(raw: str) -> object:
    from bot.settings import forms

    try:
        return forms.database(raw)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


async def _reshard(options: argparse.Namespace) -> int:
    from bot.cluster.resharding import reshard
    from bot.settings import settings

    return await reshard(settings.load(), options.shards, print)


def _reshard_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shards", type=_shards, nargs="?", metavar="N", help="as many as Discord recommends by default"
    )


def _shards(raw: str) -> int:
    from bot.settings.forms import whole_number
    from bot.settings.serving import MOST_SHARDS

    try:
        return whole_number(1, MOST_SHARDS)(raw)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


async def _playground(options: argparse.Namespace) -> int:
    from bot.demo import cluster, serve, talk, watch

    if options.say:
        said = talk.Options(
            tuple(options.say),
            options.channel,
            options.speaker,
            options.admin,
            options.keep,
            options.fresh,
        )
        return await talk.run(said, print)
    if options.cluster:
        return await cluster.run(options.port, print)
    if options.watch:
        return await watch.run(options.port, print)
    return await serve.run(options.port, print, fresh=options.fresh)


def _playground_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--say",
        action="append",
        default=[],
        metavar="TEXT",
        help="post TEXT, or run a command such as '/model show'; print the answer",
    )
    parser.add_argument("--channel", default="general", metavar="NAME", help="the channel to post in")
    parser.add_argument("--as", dest="speaker", default="alex", metavar="NAME", help="who posts")
    parser.add_argument("--admin", action="store_true", help="the speaker manages the server")
    parser.add_argument("--keep", action="store_true", help="go on with the talk of the last --keep")
    parser.add_argument("--port", type=_port, default=8765, help="where the playground listens")
    parser.add_argument("--watch", action="store_true", help="start anew whenever the code changes")
    parser.add_argument("--cluster", action="store_true", help="three processes that share one PostgreSQL")
    parser.add_argument("--fresh", action="store_true", help="forget what was said before")


def _port(raw: str) -> int:
    if not raw.isdecimal() or not int(raw[:6]) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {LAST_PORT}")
    return int(raw)


NEVER_MENDS_ITSELF = _run  # a supervisor would start it again and again
COMMANDS = (
    Command("run", "connect to Discord (the default)", _run),
    Command("setup", "set the bot up: ask for all that it needs, one thing after the other", _setup),
    Command(
        "check",
        "look at the settings, Discord, the model and the database, and say what is wrong",
        _check,
        _check_options,
    ),
    Command("health", "say in a line how the bot is that runs; the exit code is 0 if it is ready", _health),
    Command("invite", "print the link that adds the bot to a server", _invite),
    Command("usage", "tell what was spent, while the bot may run", _usage, _usage_options),
    Command("backup", "copy the database into a new file, while the bot may run", _backup, _file_option),
    Command("restore", "put a copy in the database's place; the bot must not run", _restore, _file_option),
    Command(
        "export",
        "write what is remembered of a server into a file, while the bot may run",
        _export,
        _export_options,
    ),
    Command("move", "copy the memory of a file to PostgreSQL; the bot must not run", _move, _move_options),
    Command(
        "reshard",
        "change how many shards all processes share that have one database; none of them may run",
        _reshard,
        _reshard_options,
    ),
    Command("vacuum", "give the room of what was deleted back; the bot must not run", _vacuum),
    Command(
        "playground", "try the bot without Discord, on this machine alone", _playground, _playground_options
    ),
)
