"""What is read of recent messages: how many that the bot doesn't remember it reads as background."""

from bot.texts.languages.catalogue import N_, _
from bot.texts.members import MESSAGES
from bot.texts.places.words import ANY, NOTHING, Words

ABOUT = N_("Which recent messages I read as background")
ABOUT_SHOW = N_("Show how many recent messages I read here")
ABOUT_RECENT = N_("Read this many recent messages when someone addresses me (0 = none)")
ABOUT_CLEAR = N_("Go back to the default number of messages")
OPTION = N_("How many messages, up to 100 (0 = none)")

WORDS = Words(
    name=_("Recent messages"),
    about=_("How many messages that I don't remember I read as background when someone addresses me."),
    record=_("recent messages"),
    nothing_set=(
        _("No number of messages was set here."),
        _("No number of messages was set for the server."),
    ),
    holds={
        NOTHING: _("I read no recent messages here as background ({source})."),
        ANY: _(
            "When someone addresses me here, I also read up to {value} that I don't remember, as background "
            "({source})."
        ),
    },
    becomes={
        NOTHING: (
            _("I now read no recent messages here as background."),
            _(
                "I now read no recent messages in this server as background, except in channels with a "
                "setting of their own."
            ),
        ),
        ANY: (
            _(
                "When someone addresses me here, I now also read up to {value} that I don't remember, as "
                "background. I don't store them."
            ),
            _(
                "When someone addresses me in this server, I now also read up to {value} that I don't "
                "remember, as background, except in channels with a setting of their own. I don't store them."
            ),
        ),
    },
    shown={NOTHING: _("None"), ANY: _("Up to {value}")},
    recorded={NOTHING: _("none")},
    counted=MESSAGES,
    asked=_("Messages, up to 100 (0 = none)"),
)
