"""What is read of the persona: the instructions that the model gets before everything else."""

from bot.texts.languages.catalogue import N_, _
from bot.texts.places.words import ANY, NOTHING, Words

ABOUT = N_("How I behave here")
ABOUT_SHOW = N_("Show the persona here")
ABOUT_SET = N_("Write a persona for me")
ABOUT_CLEAR = N_("Go back to the default persona")

FORM = _("Persona")
FIELD = _("Instructions for the model")

WORDS = Words(
    name=_("Persona"),
    about=_("Instructions that the model gets before everything else."),
    record=_("persona"),
    nothing_set=(_("No persona was set here."), _("No persona was set for the server.")),
    holds={
        NOTHING: _("There is no persona here ({source}), so the model gets no instructions from me."),
        ANY: _("Persona ({source})"),
    },
    becomes={
        NOTHING: (
            _("I have no persona here now, so the model gets no instructions from me."),
            _(
                "I have no persona for the server now, except in channels with their own, so the model gets "
                "no instructions from me."
            ),
        ),
        ANY: (
            _("This is now my persona here:"),
            _("This is now my persona for the server, except in channels with their own:"),
        ),
    },
    shown={NOTHING: _("No instructions")},
)
