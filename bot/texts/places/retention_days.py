"""What is read of retention: for how many days messages are remembered."""

from bot.texts.languages.catalogue import N_, _
from bot.texts.members import DAYS
from bot.texts.places.words import ANY, NOTHING, Words

ABOUT = N_("How long I remember messages here")
ABOUT_SHOW = N_("Show how long I remember messages here")
ABOUT_SET = N_("Forget messages after this many days (0 = never)")
ABOUT_CLEAR = N_("Go back to the default number of days")
OPTION = N_("How many days (0 = never forget)")

WORDS = Words(
    name=_("Memory"),
    about=_("How long I remember messages."),
    record=_("retention"),
    nothing_set=(_("No number of days was set here."), _("No number of days was set for the server.")),
    holds={
        NOTHING: _("I remember messages here until someone clears them ({source})."),
        ANY: _("I forget messages after {value} here ({source})."),
    },
    becomes={
        NOTHING: (
            _("I now remember messages here until someone clears them."),
            _(
                "I now remember messages in the whole server until someone clears them, except in channels "
                "with a setting of their own."
            ),
        ),
        ANY: (
            _("I now forget messages after {value} here."),
            _(
                "I now forget messages after {value} in the whole server, except in channels with a setting "
                "of their own."
            ),
        ),
    },
    shown={NOTHING: _("Until someone clears it")},
    recorded={NOTHING: _("no limit")},
    counted=DAYS,
    asked=_("Days (0 = never forget)"),
)
