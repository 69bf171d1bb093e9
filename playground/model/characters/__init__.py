"""The characters of the model: what servers that call themselves OpenAI-compatible really do, one each.

No HTTP, no scripts.
"""
