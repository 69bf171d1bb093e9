"""The endpoint that judges what is said: OpenAI's moderations, or a compatible one. Nothing here answers."""
