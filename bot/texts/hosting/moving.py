"""What `python -m bot move` says."""

BEGUN = "Moving {source} to {path}. It may be stopped at any time; started again, it goes on where it was."
COPIED = "  {table}: {rows} of {total}"
VERIFIED = "  {table}: {rows}, the same on both sides"
REPLACED = (
    "In {rows} rows there were characters that PostgreSQL can't hold (U+0000, or no Unicode at all); "
    "in their place stands U+FFFD."
)
DONE = (
    "{path} now holds all that {source} does, each row compared. Set DATABASE_URL to the address that you "
    "gave with --to, and start the bot. {source} stays as it is; delete it when all is well."
)
DONE_BEFORE = (
    "{source} was moved to {path} before, and nothing was changed. "
    "If DATABASE_URL is not that address yet, set it and start the bot."
)
NOT_EMPTY = "The database {path} holds a memory already, and it stays as it is. Name an empty one with --to."
ANOTHERS = (
    "The database {path} holds part of another memory, whose move never ended. Name an empty one with --to."
)
DIFFERENT = (
    "The table {table} has {rows} rows in {path} that are not those of the source, which has {expected}: "
    "it was changed after the move had begun. Drop the database, create it anew, and move again."
)
NO_FILE = "DATABASE_URL names {path} already; a move leads from a SQLite file to PostgreSQL."
NO_SERVER = "--to must name a PostgreSQL database, such as postgresql://parley:password@host:5432/parley."
