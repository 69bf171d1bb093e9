"""How far the bot grows: what many servers take, from what was measured. Nothing that the bot needs."""
