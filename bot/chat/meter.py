"""What is counted and timed of the bot's work, for whoever hosts it; no ids, be it of people or places."""

from dataclasses import dataclass

from bot.rules.spending.usage import Usage


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that has ended: how, and how long it took in all and to its first word."""

    outcome: str
    seconds: float
    first_word_seconds: float | None

    def __str__(self) -> str:
        first = (
            "no word"
            if self.first_word_seconds is None
            else f"first word after {self.first_word_seconds:.1f} s"
        )
        return f"{self.outcome} after {self.seconds:.1f} s, {first}"


class Meter:
    """Counts and times nothing; where figures are wanted, `bot.serving.metrics` has one that does."""

    def asked(self) -> None:
        """Count a question that gets in line."""

    def answered(self, answered: Answered) -> None:
        """Count and time an answer."""

    def heard(self, route: str, status: int, seconds: float) -> None:
        """Count what Discord answered to a request, `seconds` after it could first have been made."""

    def spent(self, model: str, usage: Usage, micros: int | None) -> None:
        """Count what a request to a model took, and its millionths of a dollar where they are known."""

    def turned(self, late: float) -> None:
        """Note by how many seconds the event loop was late."""
