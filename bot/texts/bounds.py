"""What people read who run into a bound: what it is, who set it and when it ends. Nothing else."""

from bot.texts.languages.catalogue import N_, _, n_

IN_LINE = _("Waiting, {before} ahead of you… {seconds} s")
NEXT_IN_LINE = _("Waiting, you are next… {seconds} s")
WAITS_FOR_OWN = _(
    "Waiting for your other answers: the bot's owner lets me write {most} at once "
    "for each person… {seconds} s"
)

COOLDOWN = {  # by the seconds of the period
    1: n_(
        "The bot's owner lets each person ask once a second. You can ask again <t:{at}:R>.",
        "The bot's owner lets each person ask {count} times a second. You can ask again <t:{at}:R>.",
    ),
    60: n_(
        "The bot's owner lets each person ask once a minute. You can ask again <t:{at}:R>.",
        "The bot's owner lets each person ask {count} times a minute. You can ask again <t:{at}:R>.",
    ),
    3600: n_(
        "The bot's owner lets each person ask once an hour. You can ask again <t:{at}:R>.",
        "The bot's owner lets each person ask {count} times an hour. You can ask again <t:{at}:R>.",
    ),
    86400: n_(
        "The bot's owner lets each person ask once a day. You can ask again <t:{at}:R>.",
        "The bot's owner lets each person ask {count} times a day. You can ask again <t:{at}:R>.",
    ),
}
COOLDOWN_ENDS = _("You can ask again <t:{at}:R>.")

# Whose limit it is, and who set it: the bot's owner, or somebody who manages the server.
LIMIT_REACHED = {
    ("person", "owner"): _(
        "Your limit of {limit} is used up, or too little is left for this. The bot's owner set it; it "
        "starts again <t:{ends}:R>."
    ),
    ("person", "server"): _(
        "Your limit of {limit} is used up, or too little is left for this. Someone who manages this "
        "server set it; it starts again <t:{ends}:R>."
    ),
    ("server", "owner"): _(
        "This server's limit of {limit} is used up, or too little is left for this. The bot's owner set "
        "it; it starts again <t:{ends}:R>."
    ),
    ("server", "server"): _(
        "This server's limit of {limit} is used up, or too little is left for this. Someone who manages "
        "this server set it; it starts again <t:{ends}:R>."
    ),
    ("total", "owner"): _(
        "The limit of {limit} that everyone shares is used up, or too little is left for this. The "
        "bot's owner set it; it starts again <t:{ends}:R>."
    ),
}
LIMIT_ENDS = _("A limit is used up, or too little is left for this. It starts again <t:{ends}:R>.")

QUESTION_FLAGGED = _(
    "This was flagged as `{categories}` by the check that the bot's owner has switched on. "
    "It wasn't sent to the model and I didn't keep it. Try putting it another way."
)
ANSWER_FLAGGED = _(
    "I took my answer back: it was flagged as `{categories}` by the check that the bot's owner has "
    "switched on. Try putting the question another way."
)
MODERATION_DOWN = _("I can't check what is said right now, so I don't answer. Try again in a few minutes.")

PICTURE_UNJUDGED = _("I can't check the picture in your message, so I don't answer it. Ask again without it.")


KEPT_SUM = _("Until {until} I keep how much of a limit you have used, as a number without your name.")
LIMIT_WRONG = _("That isn't a limit. Write it like $0.50/day or 200000 tokens/month.")
LIMIT_OF_ROLE = _("A limit for a role is for each person with it. Pick “each person” together with the role.")
LIMIT_ROLE_UNKNOWN = _("That role has no limit. Pick one from the list.")
ROLE_DELETED = _("deleted role, {limit}")
LIMIT_UNPRICED = _(
    "I don't know what every model here costs, so I can't hold a limit in money. Write it in tokens, or ask "
    "the bot's owner to set PRICES."
)
LIMITS_TITLE = _("Limits of this server")
LIMITS_NONE = _("This server has no limits of its own.")
LIMITS_SERVER = _("Everyone together: {limit}")
LIMITS_PERSON = _("Each person: {limit}")
LIMITS_ROLE = _("Each person with <@&{role}>: {limit}")
LIMITS_WITHIN = _("With several roles, the largest limit counts. The limits of the bot's owner apply too.")
ABOUT_LIMITS = N_("How much may be spent in this server")
ABOUT_LIMITS_SHOW = N_("Show how much may be spent in this server")
ABOUT_LIMITS_SET = N_("Limit how much the server, each person, or each person with a role may spend")
ABOUT_LIMITS_CLEAR = N_("Remove a limit")
OPTION_AMOUNT = N_("Such as $0.50/day or 200000 tokens/month")
OPTION_WHOSE = N_("Everyone in this server together, or each person")
OPTION_ROLE = N_("Only for people with this role")
CHOICE_SERVER = N_("everyone together")
CHOICE_PERSON = N_("each person")
NEARLY_USED = {
    ("server", "owner"): _(
        "{share} of this server's limit of {limit} is used. The bot's owner set it; it starts again "
        "<t:{ends}:R>. Once all of it is used, I stop answering until then."
    ),
    ("server", "server"): _(
        "{share} of this server's limit of {limit} is used. Someone who manages this server set it; it "
        "starts again <t:{ends}:R>. Once all of it is used, I stop answering until then."
    ),
    ("total", "owner"): _(
        "{share} of the limit of {limit} that everyone shares is used; it starts again <t:{ends}:R>. "
        "Once all of it is used, I stop answering until then."
    ),
}
USED_OF = {
    "person": _("{share} of your limit of {limit}, until <t:{ends}:R>"),
    "server": _("{share} of this server's limit of {limit}, until <t:{ends}:R>"),
    "total": _("{share} of the limit of {limit} that everyone shares, until <t:{ends}:R>"),
}
