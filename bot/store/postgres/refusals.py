"""What PostgreSQL refuses: which of its errors may pass by themselves, and what a person is told of them."""

import psycopg
from psycopg import errors as told

from bot import errors
from bot.store.connection.refusals import Refusals

_REFUSALS: dict[type[psycopg.Error], type[errors.MemoryRefused]] = {
    told.SerializationFailure: errors.MemoryAway,
    told.DeadlockDetected: errors.MemoryAway,
    told.LockNotAvailable: errors.MemoryAway,
    told.QueryCanceled: errors.MemoryAway,  # a statement's time was up
    told.TooManyConnections: errors.MemoryAway,
    told.IdleInTransactionSessionTimeout: errors.MemoryAway,  # this process stood still in mid-transaction
    told.FeatureNotSupported: errors.MemoryAway,  # by a standby, which takes no units until it is the server
    told.DiskFull: errors.MemoryFull,
    told.ReadOnlySqlTransaction: errors.MemoryReadOnly,  # the other side of a fail-over
    told.InsufficientPrivilege: errors.MemoryReadOnly,
    told.DataCorrupted: errors.MemoryDamaged,
    told.IndexCorrupted: errors.MemoryDamaged,
}
_LASTING = (told.DataCorrupted, told.IndexCorrupted)
_SERVER_AWAY = ("08", "57", "53", "58")  # classes: connection, operator's intervention, resources, system


def refusal_of(error: psycopg.Error) -> type[errors.MemoryRefused] | None:
    """Return what an error of PostgreSQL's is to a person, or None where it is no refusal."""
    found = next((refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind)), None)
    if found is not None:
        return found
    is_away = error.sqlstate is None or error.sqlstate[:2] in _SERVER_AWAY
    return errors.MemoryAway if isinstance(error, psycopg.OperationalError) and is_away else None


def may_pass(error: psycopg.Error) -> bool:
    """Say whether trying again can help."""
    return refusal_of(error) is not None and not isinstance(error, _LASTING)


def without_rows(error: psycopg.Error) -> str:
    """Return an error's words without what the server adds of rows: its detail, its context, a value."""
    said = error.diag.message_primary
    if said is None:
        return str(error)  # not the server's
    is_of_a_value = (error.sqlstate or "").startswith("22")
    return said.partition(': "')[0] if is_of_a_value else said


POSTGRES = Refusals(psycopg.Error, refusal_of, may_pass)
