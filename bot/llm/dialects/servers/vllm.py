"""vLLM: it checks requests with Pydantic, in whose words it refuses a part."""

from bot.llm.dialects.dialect import Dialect
from bot.llm.dialects.wording import PICTURES, SYSTEM

DIALECT = Dialect(
    refuses={
        PICTURES: r"at most 0 images?|input should be a valid string.{0,60}\bcontent\b",
        SYSTEM: r"permitted: 'user', 'assistant'",
    },
    too_long=(r"max_tokens must be at least 1, got -\d",),  # so much is left behind the prompt
)
