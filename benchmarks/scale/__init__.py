"""How large memories and many processes do, measured on both engines. Nothing that the bot needs."""
