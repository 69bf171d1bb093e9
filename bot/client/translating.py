"""What Discord lists, in all languages at once: descriptions, choices, menus; commands keep their names."""

import hashlib

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.texts.languages.catalogue import translated
from bot.texts.languages.spoken import FOLDER, SOURCE, languages, spoken_in

KEPT = frozenset({Location.command_name, Location.group_name, Location.parameter_name})


def digest() -> str:
    """Return what changes with any catalogue."""
    files = (FOLDER / f"{one}.po" for one in languages() if one != SOURCE)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class Translator(app_commands.Translator):
    """Looks words up in the catalogues."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return words in a language, or None where they stay as they are."""
        is_menu = isinstance(context.data, app_commands.ContextMenu)
        spoken = spoken_in(locale.value)
        if spoken in {None, SOURCE} or (context.location in KEPT and not is_menu):
            return None
        words = translated(string.message, spoken)
        return words if words != string.message else None
