"""What models' servers have taught by refusing."""

from collections.abc import Sequence
from datetime import datetime

from bot.rules.model_facts import Lesson
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit, micros, moment

_COLUMNS = "server, model, about, value, why, learned_at, version"


class SqlLessons:
    """Lessons, as `bot.llm.dialects.learned.Lessons` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Lesson]:
        """Return all lessons, the oldest first."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM lessons ORDER BY learned_at, server, model, about"  # noqa: S608 - our own names
        )
        return [
            Lesson(
                server=row["server"],
                model=row["model"],
                about=row["about"],
                value=row["value"],
                why=row["why"],
                learned_at=moment(row["learned_at"]),
                version=row["version"],
            )
            for row in rows
        ]

    async def learn(self, lesson: Lesson) -> None:
        """Store a lesson in the place of an older one about the same."""

        async def work(run: Run) -> None:
            await run(
                f"INSERT INTO lessons ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - as above
                " ON CONFLICT (server, model, about) DO UPDATE SET value = excluded.value,"
                " why = excluded.why, learned_at = excluded.learned_at, version = excluded.version",
                lesson.server,
                lesson.model,
                lesson.about,
                lesson.value,
                lesson.why,
                micros(lesson.learned_at),
                lesson.version,
            )

        await self._database.keep(("lesson", lesson.server, lesson.model, lesson.about), Unit(work))

    async def forget(self, *, before: datetime, but: str | None = None) -> int:
        """Delete the lessons learned before a time, and those of other versions than one; return how many."""

        async def work(run: Run) -> int:
            gone = await run(
                "DELETE FROM lessons WHERE learned_at < ?1 OR version <> coalesce(?2, version) RETURNING 1",
                micros(before),
                but,
            )
            return len(gone)

        return await self._database.write(work)
