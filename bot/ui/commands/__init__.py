"""Buttons, dialogs, embeds and phrases of commands. No streamed answers."""
