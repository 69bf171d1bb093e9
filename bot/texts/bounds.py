"""What people read who run into a bound: what it is, who set it and when it ends. Nothing else."""

IN_LINE = "Waiting, {before} before you… {seconds} s"
NEXT_IN_LINE = "Waiting, you are next… {seconds} s"
WAITS_FOR_OWN = (
    "Waiting for your other answers: the bot's owner lets me write {most} at once "
    "for each person… {seconds} s"
)

TIMES = ("once", "{count} times")
PERIODS = {1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day"}
COOLDOWN = "The bot's owner lets one person ask me {times} {period}. You can ask again <t:{at}:R>."
COOLDOWN_REPLY = "-# {sentence} Your message is in my memory."

LIMIT_REACHED = (
    "{whose} of {limit} is used up, or too little is left for this. {setter} set it; "
    "it begins anew <t:{ends}:R>. What was said is kept in memory."
)
LIMIT_OF = {
    "person": "Your limit",
    "server": "This server's limit",
    "total": "Everybody's common limit",
}
SET_BY_OWNER = "The bot's owner"
SET_BY_SERVER = "Someone who manages this server"
LIMIT_TOKENS = ("{count} token", "{count} tokens")
LIMIT_PER = {"day": "{amount} a day", "month": "{amount} a month"}

QUESTION_FLAGGED = (
    "This was flagged as `{categories}` by the check that the bot's owner has switched on. "
    "It wasn't sent to the model and I didn't keep it. Try putting it another way."
)
ANSWER_FLAGGED = (
    "I took my answer back: it was flagged as `{categories}` by the check that the bot's owner has "
    "switched on. Try putting the question another way."
)
MODERATION_DOWN = "I can't check what is said right now, so I don't answer. Try again in a few minutes."


KEPT_SUM = (
    "There is a limit, so I keep how much you have used of it until {until}, as a number without your name."
)
LIMIT_WRONG = "That isn't a limit. Write it like $0.50/day or 200000 tokens/month."
LIMIT_OF_ROLE = "A limit for a role is for each person with it. Pick “each person” together with the role."
LIMIT_ROLE_UNKNOWN = "That role has no limit. Pick one from the list."
ROLE_DELETED = "deleted role, {limit}"
LIMIT_UNPRICED = (
    "I don't know what every model here costs, so a limit in money would bound nothing. Write it in tokens, "
    "or ask the bot's owner to set PRICES."
)
LIMITS_TITLE = "Limits of this server"
LIMITS_NONE = "This server has no limits of its own."
LIMITS_SERVER = "Everybody together: {limit}"
LIMITS_PERSON = "Each person: {limit}"
LIMITS_ROLE = "Each person with <@&{role}>: {limit}"
LIMITS_WITHIN = "With several roles the largest counts. What the bot's owner allows holds as well."
ABOUT_LIMITS = "What may be spent in this server"
ABOUT_LIMITS_SHOW = "Show what may be spent in this server"
ABOUT_LIMITS_SET = "Limit what this server, each person, or each person with a role may spend"
ABOUT_LIMITS_CLEAR = "Take a limit back"
OPTION_AMOUNT = "Such as $0.50/day or 200000 tokens/month"
OPTION_WHOSE = "Everybody in this server together, or each person"
OPTION_ROLE = "Only for people with this role"
CHOICE_SERVER = "everybody together"
CHOICE_PERSON = "each person"
NEARLY_USED = (
    "{share} of {whose} of {limit} is used. {setter} set it; it begins anew <t:{ends}:R>. "
    "At 100 % nothing more is asked."
)
NEARLY_OF = {"person": "your limit", "server": "this server's limit", "total": "everybody's common limit"}
USED_OF = "{share} of {whose} of {limit}, until <t:{ends}:R>"
