"""Single parts of the bot, looked at alone: a rule on paper, or one layer. Not in `make bench`."""
