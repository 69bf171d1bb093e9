"""What must hold after a kill and a return: Discord, the memory and the model's requests say the same."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

from bot.chat.ports import Ending
from bot.rules.endings import ending
from bot.rules.model import State
from bot.store.history.rows import end_of
from bot.ui.answers.layout import Layout
from playground.model.request import ModelRequest
from playground.world.entities import Message
from playground.world.world import World

MOST_MESSAGES = 5
CLEARED = (
    "CREATE TEMP VIEW cleared AS SELECT t.id FROM turns AS t WHERE EXISTS"
    " (SELECT 1 FROM reaches AS r WHERE r.channel_id = t.channel_id AND t.position <= r.up_to)"
)
NOTICE = re.compile(r"cleared what I remember|brought back what")  # of a reset, and of its undo
TAG = re.compile(r"\bq(\d+)q\b")

Row = Mapping[str, Any]
Run = Callable[..., Iterable[Row]]  # a statement and its values


@contextmanager
def sqlite_state(database: Path) -> Iterator[Run]:
    """Yield what runs statements in one state of a file."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = lambda cursor, row: dict(
            zip([one[0] for one in cursor.description], row, strict=True)
        )
        connection.execute(CLEARED)
        connection.execute("BEGIN")
        yield lambda sql, *values: connection.execute(sql, values)


class Checks:
    """Holds what Discord shows against what is stored."""

    def __init__(
        self, world: World, state: Callable[[], AbstractContextManager[Run]], places: Sequence[str]
    ) -> None:
        self._world = world
        self._state = state
        self._places = places
        self.asked = 0
        self.questions: dict[int, Message] = {}
        self._settled: set[int] = set()  # questions that were seen with a whole answer, or reset
        self._known: set[int] = set()  # messages of the bot that were stored once
        self._excused: set[str] = set()

    # What people look at.

    def newest(self, place: str) -> Message | None:
        """Return the newest question of a place."""
        channel = self._world.channel(place).id
        return next((one for one in reversed(self.questions.values()) if one.channel_id == channel), None)

    def answers(self, question: Message) -> list[Message]:
        """Return the messages that answer a question."""
        found: list[Message] = []
        for message in self._ours(question.channel_id):
            follows = bool(found) and message.reference is None and not message.interaction
            if follows or str((message.reference or {}).get("message_id")) == str(question.id):
                found.append(message)
            elif found:
                break
        return found

    def answered_since(self, question: Message) -> bool:
        """Say whether an answer has begun since a question, to it or to one before it."""
        return any(message.id > question.id for message in self._ours(question.channel_id))

    def waiting(self, place: str) -> int:
        """Return how many questions of a place have no answer with an end."""
        channel = self._world.channel(place).id
        newest = [one for one in self.questions.values() if one.channel_id == channel][-8:]
        return sum("Regenerate" not in str([m.components for m in self.answers(one)]) for one in newest)

    def _ours(self, channel_id: int) -> Iterator[Message]:
        for message in self._world.channels[channel_id].messages.values():
            if message.author_id == self._world.bot.id and not message.deleted and not message.ephemeral_for:
                yield message

    # What must hold.

    def excuse(self, problems: Sequence[str]) -> None:
        """Report a problem once, not after each kill that follows."""
        self._excused.update(problems)

    def problems(self) -> list[str]:
        """Return what is wrong now, in words."""
        with self._state() as run:
            found = [*self._unfinished(run), *self._lost(run), *self._unlike(run)]
            found += [*self._out_of_order(run), *self._on_the_screen()]
        return [one for one in found if one not in self._excused]

    def _unfinished(self, run: Run) -> Iterator[str]:
        rows = run(
            "SELECT id, state FROM turns WHERE state IN ('waiting', 'writing')"
            " AND id NOT IN (SELECT id FROM cleared)"
            " UNION SELECT id, 'not shown' FROM answers WHERE NOT shown"
        )
        for row in rows:
            yield f"turn {row['id']} is {row['state']}"

    def _lost(self, run: Run) -> Iterator[str]:
        for id_, question in self.questions.items():
            if id_ in self._settled:
                continue
            rows = run(
                "SELECT id IN (SELECT id FROM cleared) AS cleared FROM turns WHERE message_id = ?",
                id_,
            )
            row = next(iter(rows), None)
            [tag] = TAG.findall(question.content)
            if row is None:
                yield f"question {tag} is not in memory"
            elif row["cleared"] or any(map(_has_ended, self.answers(question)[-1:])):
                self._settled.add(id_)
            else:
                yield f"question {tag} has no whole answer"

    def _unlike(self, run: Run) -> Iterator[str]:
        """Yield answers that are shown otherwise than they are stored, and messages that nobody stored."""
        stored: set[int] = set()
        for row in run(
            "SELECT c.id, c.channel_id, c.state, c.text, c.message_ids, c.question_message_id"
            " FROM answer_cards AS c"
        ):
            ids = json.loads(row["message_ids"])
            stored.update(ids)
            if ids:
                yield from self._unlike_stored(run, row, ids)
        self._known |= stored
        for place in self._places:
            channel = self._world.channel(place).id
            for message in self._ours(channel):
                if message.id not in self._known and not message.interaction:
                    if NOTICE.search(message.content):
                        continue
                    yield f"message {message.id} is nobody's: {message.content[:80]!r}"

    def _unlike_stored(self, run: Run, row: Row, ids: Sequence[int]) -> Iterator[str]:
        ends = {end["place"]: end_of(end) for end in run("SELECT * FROM ends WHERE answer_id = ?", row["id"])}
        if 0 not in ends or row["state"] == "writing":
            yield f"answer {row['id']} has no end"
            return
        state, note = ending(ends[0], ends.get(1), written=bool(row["text"]))
        sheets = Layout(MOST_MESSAGES).sheets(row["text"], "", Ending(state, note))
        channel = self._world.channels[row["channel_id"]]
        shown = [channel.messages[id_] for id_ in ids if id_ in channel.messages]
        contents = [message.content for message in shown if not message.deleted]
        if State(row["state"]) is not state:
            yield f"answer {row['id']} is stored as {row['state']}, and its end as {state}"
        if contents != [sheet.content for sheet in sheets]:
            tails = [content[-60:] for content in contents]
            wanted = [sheet.content[-60:] for sheet in sheets]
            yield f"answer {row['id']} ({state}) shows {tails}, and stored is {wanted}"

    def _out_of_order(self, run: Run) -> Iterator[str]:
        for place in self._places:
            rows = run(
                "SELECT message_id FROM turns WHERE channel_id = ? AND question_id IS NULL"
                " AND id NOT IN (SELECT id FROM cleared) ORDER BY position, id",
                self._world.channel(place).id,
            )
            ids = [row["message_id"] for row in rows]
            if ids != sorted(ids):
                late = next(after for before, after in pairwise(ids) if after < before)
                yield f"in {place} {self.questions[late].content} stands in the wrong place"

    def _on_the_screen(self) -> Iterator[str]:
        for place in self._places:
            for message in self._ours(self._world.channel(place).id):
                if "▌" in message.content or "parley:stop" in str(message.components):
                    yield f"message {message.id} is still being written: {message.content[-60:]!r}"
        replied: dict[str, int] = {}
        for place in self._places:
            for message in self._ours(self._world.channel(place).id):
                if message.reference is not None:
                    about = str(message.reference["message_id"])
                    replied[about] = replied.get(about, 0) + 1
        for about, times in replied.items():
            if times > 1:
                yield f"question {about} was answered {times} times"

    def request(self, sent: ModelRequest | None, place: str) -> list[str]:
        """Return what is wrong with the newest request of a place."""
        if sent is None:
            return [f"the model was not asked in {place}"]
        roles = [message["role"] for message in sent.messages]
        tags = [int(tag) for message in sent.messages for tag in TAG.findall(str(message))]
        found = []
        told = len([*takewhile("system".__eq__, roles)])  # the persona, and where it is
        if roles[-1] != "user" or "system" in roles[told:] or not all(m["content"] for m in sent.messages):
            found.append(f"the request in {place} is not valid: {roles}")
        if tags != sorted(set(tags)):
            found.append(f"the request in {place} is out of order: {tags}")
        return found


def _has_ended(message: Message) -> bool:
    """Say whether an answer's last message shows its end: by its buttons, or as an older one without any."""
    return "Regenerate" in str(message.components) or not (message.components or "▌" in message.content)
