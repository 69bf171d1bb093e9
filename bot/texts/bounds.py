"""What people read who run into a bound: what it is, who set it and when it ends. Nothing else."""

IN_LINE = "Waiting, {before} before you… {seconds} s"
NEXT_IN_LINE = "Waiting, you are next… {seconds} s"
WAITS_FOR_OWN = (
    "Waiting for your other answers: whoever runs me lets me write {most} at once "
    "for each person… {seconds} s"
)

TIMES = ("once", "{count} times")
PERIODS = {1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day"}
COOLDOWN = "One person may ask me {times} {period}; whoever runs me set that. You can ask again <t:{at}:R>."
COOLDOWN_REPLY = "-# {sentence} What you said is kept in memory."

LIMIT_REACHED = (
    "{whose} of {limit} is used up, or too little is left for this. {setter} set it; "
    "it begins anew <t:{ends}:R>. What was said is kept in memory."
)
LIMIT_OF = {
    "PERSON": "Your limit",
    "SERVER": "This server's limit",
    "TOTAL": "Everybody's common limit",
}
SET_BY_OWNER = "Whoever runs me"
SET_BY_SERVER = "Somebody who manages this server"
LIMIT_TOKENS = "{count} tokens"
LIMIT_PER = {"day": "{amount} a day", "month": "{amount} a month"}
