"""Everything that a person reads on Discord, in one place, with named placeholders.

Members get plain words; admins exact terms. No exclamation marks, no lecture: what happened, what stays, what
can be done next. Nothing here formats or decides.
"""

# Answers that failed. Shown in the channel.
MODEL_FAILED = "The model could not answer. Your message is kept; please try again in a moment."
KEY_REFUSED = (
    "I can't reach the model: its key was refused. Your message is kept. "
    "Whoever runs me needs to check OPENAI_API_KEY."
)
QUOTA_USED_UP = (
    "The model's account has no quota left. Your message is kept. "
    "Whoever runs me needs to check the plan and billing."
)
MODEL_NOT_FOUND = (
    "The model `{model}` isn't available here. Your message is kept. "
    "Whoever runs me needs to check OPENAI_MODEL; "
    "someone who manages this channel can pick another with /model set."
)
RATE_LIMITED = (
    "The model is getting too many requests just now. Your message is kept; please ask again in a minute."
)
MODEL_DOWN = "I can't reach the model right now. Your message is kept; please try again in a few minutes."
MODEL_TIMEOUT = "The model took too long to answer. Your message is kept; please try again."
CONTEXT_TOO_LONG = (
    "This is more than the model can read at once. Your message is kept; a shorter one will work, "
    "or someone who manages this channel can use /reset."
)
REQUEST_REFUSED = (
    "The model's server did not accept the request: {reason}. Your message is kept. "
    "Whoever runs me finds more in the log."
)
CONTENT_FILTERED = (
    "The model's provider held the answer back. Your message is kept; putting it another way may help."
)
EMPTY_ANSWER = "The model sent back nothing. Your message is kept; please try again."
CONNECTION_CUT = "The connection to the model broke off."
