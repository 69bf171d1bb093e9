"""Text Generation Inference: it names a request's parts by its own API's words."""

from bot.llm.dialects.dialect import Dialect

DIALECT = Dialect(
    too_long=(r"`inputs` (?:tokens \+|must have less than)",),
    windows=(r"must be <= (\d{3,8})|`inputs` must have less than (\d{3,8}) tokens",),
)
