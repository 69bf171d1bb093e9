"""What people start with commands, buttons and modals, as the bot is told of it. No answers, no HTTP."""
