"""How servers say that a request is longer than their window, and how large that is."""

import re

from bot.llm.dialects.dialect import dialects

SMALLEST_WINDOW = 256  # tokens; less than that is another figure

# What a window is called: "context size", "n_ctx", "maximum sequence length", "max_model_len", and more.
_OF_WHAT = r"(?:allowed|context|input|model|num(?:ber of)?|position|prompt|request|seq(?:uence)?|token|total)"
_MEASURE = r"(?:embeddings|len|length|limit|size|tokens|window)"
_N_CTX = r"(?:n_ctx|num_ctx)"
_CONTEXT = rf"(?:{_N_CTX}|(?:max(?:imum)?[ _])?(?:context|ctx)(?:[ _-]?{_MEASURE})?)"
_MAXIMUM = rf"max(?:imum)?(?:[ _-]{_OF_WHAT})+(?:[ _-]{_MEASURE})?"
_MORE = r"(?:exceed(?:s|ed|ing)?|(?:larger|longer|more|greater) than|beyond|over)"
_BETWEEN = (
    r"(?:_exceeded| allowed| supported| available| for| of| this| the| model| is| was| has| only| which| at"
    r"| most|[^0-9a-z])*"
)
_CASELESS = re.IGNORECASE | re.DOTALL
_TOO_LONG = re.compile(
    "|".join(
        (
            r"context[ _](?:length|window|size|limit)|maximum context|input.{0,40}exceeds? the max",
            r"(?:prompt|input)s? (?:tokens? |length )?(?:is |are )?(?:too (?:long|big)|longer than)",
            r"(?:conversation|messages?|text) (?:is |are )?too long|input tokens? limit exceeded",
            r"invalid 'messages[^']{0,40}': \w+ too long|context shift is disabled",
            r"input length should be|超长",
            r"too many (?:input )?tokens|request too large|reduce the length",
            r"max(?:imum)?[ _]seq(?:uence)?[ _]len|max(?:imum)?[ _-](?:total|num)[ _-]tokens",
            r"\bmax(?:imum)?[ _-](?:model|context|prompt|input|position)[ _-](?:len|emb)",
            rf"\b{_N_CTX}{_BETWEEN}\d{{3}}|{_MORE}.{{0,40}}(?:\bctx\b|{_N_CTX}|max(?:imum)?[ _]context)",
            rf"{_MORE}.{{0,20}}\btoken[ _-]limit",
            rf"(?<!completion )(?<!output )(?<!new )\btokens?\b.{{0,30}}{_MORE}.{{0,40}}(?:limit|max)",
            rf"\b(?:prompt|input)\b.{{0,30}}{_MORE}.{{0,40}}(?:limit of \d[\d,]* tokens|maximum of \d)",
            *(words for dialect in dialects() for words in dialect.too_long),
        )
    ),
    _CASELESS,
)
# In this order: "197000 + 21333 > 200000" names the window last.
_WINDOWS = tuple(
    re.compile(pattern, _CASELESS)
    for pattern in (
        r"\d > (?:n_ctx )?(\d{3,8})(?!\d)",
        r"(\d{3,8})(?: tokens?)? ?(?:\(?max(?:imum)?\b|context)",
        rf"\b{_CONTEXT}{_BETWEEN}(?:max(?:imum)?{_BETWEEN})?(\d{{3,8}})(?!\d)",
        rf"\b{_MAXIMUM}{_BETWEEN}(\d{{3,8}})(?!\d)",
        r"input length should be \[\d+, ?(\d{3,8})\]",
        r"prompt cannot exceed (\d{3,8})|limit for this model is (\d{3,8})",
        rf"{_MORE}.{{0,40}}\b(?:limit|maximum)(?: of| is|:)? ?(\d{{3,8}})(?!\d)|(\d{{3,8}})[ -]tokens? limit",
        *(words for dialect in dialects() for words in dialect.windows),
    )
)
_OF_A_MINUTE = re.compile(r"\bper (?:min|day|hour)|\b[TR]P[MD]\b", re.IGNORECASE)


def says_too_long(words: str) -> bool:
    """Say whether a server's words are about a request that is too long."""
    return bool(_TOO_LONG.search(words))


def window(words: str) -> int | None:
    """Return the window that a server names when it refuses a request as too long."""
    if _OF_A_MINUTE.search(words):
        return None
    words = plain_numbers(words)
    named = (number(pattern.search(words)) for pattern in _WINDOWS)
    return next((tokens for tokens in named if tokens and tokens >= SMALLEST_WINDOW), None)


def plain_numbers(words: str) -> str:
    """Write numbers without marks between their thousands."""
    return re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", words)


def number(found: re.Match[str] | None) -> int | None:
    """Return the number that a pattern has caught."""
    return next((int(group) for group in found.groups() if group), None) if found else None
