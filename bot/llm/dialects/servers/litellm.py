"""LiteLLM's proxy: it has keys of its own, which it looks up in a database if it has one."""

from bot.errors import KeyRefused, ModelNotFound
from bot.llm.dialects.dialect import Dialect

DIALECT = Dialect(
    fails={
        KeyRefused: r"no connected db",
        ModelNotFound: r"llm provider not provided|not allowed to access model",
    }
)
