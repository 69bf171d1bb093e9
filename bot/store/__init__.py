"""The memory on disk: one module for each port of `bot.chat`, and nothing that knows Discord or the model."""
