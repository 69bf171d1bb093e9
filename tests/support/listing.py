"""What Discord lists of commands, put together once for each process of a run and handed out again.

Each start in a new world registers all commands, with their words in all of Discord's languages. They are
always the same, and take a tenth of a test with a bot.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from discord import app_commands

Described = dict[str, Any]
KINDS = (app_commands.Command, app_commands.Group, app_commands.ContextMenu)


def _once(kind: Any) -> Any:
    """Return what describes a kind of command, and remembers what it said by what is not translated yet."""
    describe, known = kind.get_translated_payload, dict[tuple[object, str], Described]()

    async def described(command: Any, tree: Any, translator: app_commands.Translator) -> Described:
        key = type(translator), json.dumps(command.to_dict(tree), sort_keys=True)
        if key not in known:
            known[key] = await describe(command, tree, translator)
        return known[key]

    return described


@pytest.fixture(scope="session", autouse=True)
def listing_kept() -> Iterator[None]:
    """Let all tests of this process register the same."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in KINDS:
            patch.setattr(kind, "get_translated_payload", _once(kind))
        yield
