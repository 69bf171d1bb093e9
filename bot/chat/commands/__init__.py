"""What slash commands, menus and buttons do.

What is shown of it stands in `bot.ui.commands`, the parsing in `cogs`.
"""
