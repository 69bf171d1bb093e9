"""What one request to a model took, in tokens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What the provider billed for one answer, in tokens: cached ones are among the prompt's.

    Tokens of reasoning are among the completion's.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0

    @property
    def tokens(self) -> int:
        """All of it."""
        return self.prompt_tokens + self.completion_tokens
