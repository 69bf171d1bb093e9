"""OpenRouter: it looks for a provider that takes the request, and says so where there is none."""

from bot.errors import ModelNotFound
from bot.llm.dialects.dialect import Dialect
from bot.llm.dialects.wording import EFFORT, PICTURES

DIALECT = Dialect(
    refuses={
        PICTURES: r"no endpoints found that support (?:image|vision)",
        EFFORT: r"reasoning is mandatory",
    },
    fails={ModelNotFound: r"no (?:endpoints found|allowed providers)"},
)
