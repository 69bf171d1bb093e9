"""Days and months of the calendar, in the self-hoster's time zone."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.settings.spending import Per


def begin(per: Per, now: datetime, zone: tzinfo) -> datetime:
    """Return when the day or the month began in which it is now."""
    day = now.astimezone(zone).date()
    return _midnight(datetime.combine(day.replace(day=1) if per is Per.MONTH else day, time(), zone))


def end(per: Per, now: datetime, zone: tzinfo) -> datetime:
    """Return when it will be over."""
    day = now.astimezone(zone).date()
    next_one = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return _midnight(
        datetime.combine(next_one if per is Per.MONTH else day + timedelta(days=1), time(), zone)
    )


def days(count: int, now: datetime, zone: tzinfo) -> Sequence[datetime]:
    """Return when each of the last so many days began, today's last."""
    today = now.astimezone(zone).date()
    return [
        _midnight(datetime.combine(today - timedelta(days=back), time(), zone))
        for back in reversed(range(count))
    ]


def _midnight(local: datetime) -> datetime:
    return local.astimezone(UTC)
