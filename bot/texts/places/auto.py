"""What is read of automatic answers: whether every message is answered, or only what addresses the bot."""

from bot.texts.languages.catalogue import N_, _
from bot.texts.places.words import OFF, ON, Words

ABOUT = N_("Whether I answer every message here")
ABOUT_SHOW = N_("Show whether I answer every message here")
ABOUT_ON = N_("Answer every message")
ABOUT_OFF = N_("Answer only when addressed")
ABOUT_CLEAR = N_("Go back to the default")

WORDS = Words(
    name=_("Answers"),
    about=_("Whether I answer every message, or only those that address me."),
    record=_("automatic answers"),
    nothing_set=(
        _("Whether I answer every message was not set here."),
        _("Whether I answer every message was not set for the server."),
    ),
    holds={
        ON: _("I answer every message here ({source})."),
        OFF: _("I answer here only when someone addresses me ({source})."),
    },
    becomes={
        ON: (
            _("I now answer every message here."),
            _(
                "I now answer every message in the whole server, except in channels with a setting of their "
                "own."
            ),
        ),
        OFF: (
            _("I now answer here only when someone addresses me."),
            _("I now answer only when someone addresses me, except in channels with a setting of their own."),
        ),
    },
    shown={ON: _("Every message"), OFF: _("Only when addressed")},
)
