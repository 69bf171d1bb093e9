"""Walks of people through weeks with the bot: each step is what they see. Nothing below it."""
