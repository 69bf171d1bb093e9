"""What slash commands, menus and buttons do.

Nothing of how it is shown, which stands in `bot.ui.commands`, and no parsing, which is the cogs'.
"""
