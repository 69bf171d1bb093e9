"""What is picked during a setup, over what was set before; nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings.settings import DEFAULT_PERSONA, Settings, parse

ASKED = ("DISCORD_TOKEN", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "SYSTEM_PROMPT")
NOT_YET = {"DISCORD_TOKEN": f"{'x' * 24}.{'x' * 6}.{'x' * 38}", "OPENAI_API_KEY": "not-yet"}


@dataclass(frozen=True, slots=True)
class Picks:
    """Values by name: what was set before, and what was picked."""

    before: Mapping[str, str] = field(repr=False)
    picked: dict[str, str] = field(default_factory=dict, repr=False)

    def pick(self, **values: str) -> None:
        """Pick values."""
        self.picked.update(values)

    def now(self, name: str) -> str:
        """Return a value as it is now, empty where it is not set."""
        return self.picked.get(name, self.before.get(name, "")).strip()

    def parsed(self) -> Settings:
        """Return the settings with what was picked, and with nothing that is still to be asked.

        Raises:
            SettingsError: a value is wrong.
        """
        kept = {name: value for name, value in self.before.items() if name not in ASKED}
        return parse(NOT_YET | kept | self.picked)

    def differing(self, written: Mapping[str, str]) -> dict[str, str]:
        """Return what was picked and is not written yet; a default needn't be."""
        usual = {"SYSTEM_PROMPT": DEFAULT_PERSONA}
        return {
            name: value
            for name, value in self.picked.items()
            if written.get(name, usual.get(name, "")) != value
        }
