"""When a model that failed is asked again: a circuit breaker, which lets one question at a time try it."""

from dataclasses import dataclass

REST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of a model's last failure; times are seconds that only ever grow.

    `rests_until` is None while it answers, as far as anybody knows; `tried` says that a question has been let
    through to find out whether it does again.
    """

    rests_until: float | None = None
    tried: bool = False

    @property
    def is_closed(self) -> bool:
        """Say whether every question may pass."""
        return self.rests_until is None

    def lets_through(self, now: float) -> bool:
        """Say whether a question may ask the model now."""
        return self.rests_until is None or (now >= self.rests_until and not self.tried)

    def on_trial(self) -> "Breaker":
        """Return what holds while one question tries the model: the others leave it alone."""
        return Breaker(self.rests_until, tried=True)

    def untold(self) -> "Breaker":
        """Return what holds after a trial that told nothing: the next question may try."""
        return Breaker(self.rests_until)

    @staticmethod
    def failed(now: float) -> "Breaker":
        """Return what holds after a failure, be it of a trial."""
        return Breaker(now + REST_SECONDS)
