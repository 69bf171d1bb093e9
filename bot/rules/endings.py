"""What is shown of how an answer ended: its state, and the sentence under or in place of its words. Pure."""

from collections.abc import Mapping

from bot.errors import LimitReached, NamedError, PictureUnjudged, QuestionFlagged, QuestionTooLong
from bot.rules.model import State
from bot.rules.outcome import Outcome, Reason
from bot.rules.spending.bounds import Whose
from bot.texts import members
from bot.texts.languages.catalogue import Message

_FIXED: Mapping[Reason, tuple[State, Message | str]] = {
    Reason.DONE: (State.COMPLETE, ""),
    Reason.LENGTH: (State.LENGTH, members.RAN_OUT_OF_LENGTH),
    Reason.FILTERED: (State.FILTERED, members.FILTERED),
    Reason.GONE: (State.GONE, members.QUESTION_GONE),
    Reason.RESET: (State.GONE, members.HISTORY_RESET),
    Reason.REPLACED: (State.CANCELLED, members.ANSWERING_EDIT),
    Reason.OUT_OF_TIME: (State.INTERRUPTED, members.OUT_OF_TIME),
}
# Where an ended answer has no buttons, none is named.
_ALONE: Mapping[Message | str, Message] = {
    members.INTERRUPTED: members.INTERRUPTED_ALONE,
    members.INTERRUPTED_BEFORE_TEXT: members.INTERRUPTED_BEFORE_TEXT_ALONE,
    members.RAN_OUT_OF_LENGTH: members.RAN_OUT_OF_LENGTH_ALONE,
    members.PRESS_CONTINUE: members.ASK_FOR_THE_REST,
    members.REST_REFUSED: members.REST_REFUSED_ALONE,
    members.ANSWER_REFUSED: members.ANSWER_REFUSED_ALONE,
    members.TOO_LONG_A_WAIT: members.TOO_LONG_A_WAIT_ALONE,
}


def ending(
    outcome: Outcome, tried: Outcome | None, *, written: bool, alone: bool = False
) -> tuple[State, str]:
    """Return the state of an answer, and the note that belongs to it.

    `outcome` is the end of the words that stand, `written` says whether there are any; `tried` is how a later
    try to redo them or to go on ended that brought no new ones. An answer that is `alone` has no buttons.
    """
    state, *said = _ended(outcome, written=written)
    remarks = outcome.remarks
    if tried is not None:
        said += _ended(tried, written=False)[1:]
        remarks += tried.remarks
    sentences = [note_of(one, alone=alone) for one in said]
    return state, " ".join(filter(None, [*sentences, *dict.fromkeys(note.remark for note in remarks)]))


def note_of(said: Message | str, *, alone: bool) -> str:
    """Return a note under an answer, of one that is `alone` without a button that it has not."""
    return str(_ALONE.get(said, said) if alone else said)


def _ended(outcome: Outcome, *, written: bool) -> tuple[State, *tuple[Message | str, ...]]:
    match outcome.reason:
        case Reason.STOPPED:
            return State.STOPPED if written else State.CANCELLED, _stopped(outcome.name, written=written)
        case Reason.INTERRUPTED if written:
            return State.INTERRUPTED, members.INTERRUPTED
        case Reason.INTERRUPTED:
            return State.FAILED, members.INTERRUPTED_BEFORE_TEXT
        case Reason.BROKE:
            state = State.BROKEN if written else State.FAILED
            return state, members.SOMETHING_BROKE.format(**outcome.details)
        case Reason.FAILED:
            sentence = sentence_of(outcome.error, outcome.details)
            if not written:
                return State.FAILED, sentence
            return State.BROKEN, sentence, members.PRESS_CONTINUE
        case fixed:
            return _FIXED[fixed]


def _stopped(name: str, *, written: bool) -> str:
    """Return who stopped an answer; a name that was deleted since is left out."""
    if not name:
        return str(members.STOPPED if written else members.STOPPED_UNSEEN)
    return (members.STOPPED_BY if written else members.STOPPED_BEFORE_TEXT).format(name=name)


def sentence_of(name: str, details: Mapping[str, str]) -> str:
    """Return the sentence of a NamedError by the name of its class; an old record may hold it as it is."""
    if "sentence" in details:
        return details["sentence"]
    known = [NamedError]
    while known:
        error = known.pop()
        if error.__name__ == name:
            return error.words(details)
        known += error.__subclasses__()
    return str(NamedError.sentence)


def is_of_the_question_alone(outcome: Outcome) -> bool:
    """Say whether a question was not answered for what it is, or who asked it, so that others may be."""
    if outcome.error == LimitReached.__name__:
        return outcome.details.get("whose") == Whose.PERSON
    return outcome.error in {one.__name__ for one in (QuestionFlagged, PictureUnjudged, QuestionTooLong)}
