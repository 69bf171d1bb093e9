"""The threads that the bot opened, as rows: for whom, and what goes along; no turn is copied."""
