"""The model: OpenAI's client and tiktoken have their only home here."""
