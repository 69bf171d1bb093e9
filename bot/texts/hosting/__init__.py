"""What the command line asks whoever hosts the bot, in English. No sentence of these is read on Discord."""
