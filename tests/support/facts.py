"""The hand-written stand-in for the store's small facts."""


class FakeFacts:
    """Small facts, and how often one was written."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.writes = 0

    async def read(self, name: str) -> str | None:
        return self.facts.get(name)

    async def write(self, name: str, value: str, guild_id: int | None = None) -> None:
        self.facts[name] = value
        self.writes += 1
