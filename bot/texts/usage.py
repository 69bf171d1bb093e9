"""What people read of what was spent. No sentence of a limit."""

from bot.texts.languages.catalogue import N_, _, n_

TITLE_MINE = _("What you have used")
TITLE_HERE = _("What was used here")
TITLE_SERVER = _("What this server has used")
TITLE_ALL = _("What everyone has used")
TODAY = _("today")
WEEK = _("7 days")
MONTH = _("30 days")
REQUESTS = _("requests")
TOKENS = _("tokens")
CACHED = _("cached")
MONEY = _("money")
BIGGEST_USERS = _("Top users, in 30 days")
BIGGEST_MODELS = _("Models, in 30 days")
NOBODY = _("people whose data was deleted")
OTHERS = _("{count} others")
LIMITS = _("Limits")
EACH_DAY = _("Each day")
MOST_OF_A_DAY = _("most on {day}: {amount}")
UNPRICED = _("The sum leaves out {requests} whose price isn't known. The bot's owner can set PRICES.")
ESTIMATED = _("The bill of {requests} is my estimate, since the model's server sent none.")
NOTHING = _("Nothing was asked in the last 30 days.")
NUMBER_OF_REQUESTS = n_("{count} request", "{count} requests")

# Commands as Discord lists them; at most 100 characters each.
ABOUT = N_("What was used, and what it cost")
ABOUT_ME = N_("See what you have used, in every place")
ABOUT_HERE = N_("See what was used in this conversation")
ABOUT_SERVER = N_("See what this server has used, and who most")
ABOUT_ALL = N_("See what everyone has used (bot's owner only)")
