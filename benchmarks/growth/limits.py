"""What growth runs into: Discord's limits, and what is supposed of people, machines and prices."""

from dataclasses import dataclass

REQUESTS_PER_SECOND = 50  # of Discord, for all processes; raised for some of the largest bots alone
SERVERS_PER_SHARD = 1_000  # as Discord recommends
MOST_SERVERS_PER_SHARD = 2_500
IDENTIFY_SECONDS = 5.0  # between the sessions that begin in one of as many lines as `concurrency`
LARGE = 150_000  # servers, from which on Discord gives a bot more
SHARD_LINES_OF_LARGE = 16


def session_starts(servers: float) -> float:
    """Return how many sessions may begin in a day."""
    return 1_000 if servers < LARGE else max(2_000, 5 * servers / 1_000)


def concurrency(servers: float) -> int:
    """Return how many sessions may begin at once."""
    return 1 if servers < LARGE else SHARD_LINES_OF_LARGE


@dataclass(frozen=True, slots=True)
class Habits:
    """What is supposed of a server on average, of the machines and of what they cost."""

    questions: float = 10.0  # a day
    messages: float = 300.0  # a day that are not for the bot
    busiest_hour: float = 0.1  # of a day's questions and messages
    lag: float = 3.0  # seconds, on average, that nobody is to wait for longer
    restarts: float = 2.0  # of all processes a day, such as an update and an accident
    start_minutes: float = 10.0  # until all servers are heard again
    core_share: float = 0.5  # of a core that a process may take in the busiest hour
    process_gib: float = 4.0  # that a process may take
    transactions: float = 2_000.0  # a second that PostgreSQL takes, on one middling machine
    core_dollars: float = 10.0  # a month
    gib_dollars: float = 2.0  # of memory, a month
    disk_gib_dollars: float = 0.15  # a month
