"""What people read of what was spent, on Discord and on the command line. No sentence of a limit."""

TITLE_MINE = "What you have used"
TITLE_HERE = "What was used here"
TITLE_SERVER = "What this server has used"
TITLE_ALL = "What all have used"
TODAY = "today"
WEEK = "7 days"
MONTH = "30 days"
REQUESTS = "requests"
TOKENS = "tokens"
CACHED = "cached"
MONEY = "money"
BIGGEST_USERS = "Most used by, in 30 days"
BIGGEST_MODELS = "Models, in 30 days"
NOBODY = "people whose data was deleted"
OTHERS = "{count} others"
LIMITS = "Used of limits"
EACH_DAY = "Each day"
MOST_OF_A_DAY = "most on {day}: {amount}"
UNPRICED = "Of {requests} nobody knows the price, so it isn't in the sum; PRICES can tell it."
ESTIMATED = "Of {requests} the bill is an estimate of mine, since the model's server sent none."
NOTHING = "Nothing was asked in the last 30 days."
NUMBER_OF_REQUESTS = ("{count} request", "{count} requests")

# Commands as Discord lists them; at most 100 characters each.
ABOUT = "What was used, and what it cost"
ABOUT_ME = "See what you have used, in every place"
ABOUT_HERE = "See what was used in this conversation"
ABOUT_SERVER = "See what this server has used, and who most"
ABOUT_ALL = "See what all have used; for those who run me"

# The command line.
TABLE_NAMES = ("requests", "prompt", "cached", "completion", "reasoning", "dollars", "unpriced", "estimated")
NOBODYS = "(deleted)"
IN_ALL = "in all"
SINCE_FUTURE = "{day} has not begun yet; --since must be today or earlier."
SINCE_WRONG = "--since must be a day such as 2026-11-01."
