"""What is spent, and what bounds it. Only requests to models count here; Discord's are `bot.ui.requests`."""
