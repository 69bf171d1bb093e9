"""Days and months of the calendar begin where the self-hoster says."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spending.periods import begin, days, end
from bot.rules.spending.sums import Sum, heights
from bot.settings.spending import Per

ZONES = st.sampled_from(
    [UTC, *map(ZoneInfo, ("Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kolkata"))]
)
MOMENTS = st.integers(10**9, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.sampled_from(Per), MOMENTS, ZONES)
def test_now_lies_in_its_period_and_the_next_begins_where_it_ends(
    per: Per, now: datetime, zone: tzinfo
) -> None:
    over = end(per, now, zone)

    assert begin(per, now, zone) <= now < over
    assert begin(per, over, zone) == over
    assert begin(per, over - timedelta(seconds=1), zone) == begin(per, now, zone)


@given(st.integers(1, 40), MOMENTS, ZONES)
def test_days_follow_on_each_other_up_to_today(count: int, now: datetime, zone: tzinfo) -> None:
    begins = days(count, now, zone)

    assert len(begins) == count
    assert begins[-1] == begin(Per.DAY, now, zone)
    assert list(begins) == sorted(begins)


def test_a_day_begins_at_midnight_where_its_owner_lives() -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)  # the day has 23 hours there
    berlin = ZoneInfo("Europe/Berlin")

    assert begin(Per.DAY, now, berlin) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end(Per.DAY, now, berlin) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert end(Per.MONTH, datetime(2026, 12, 31, tzinfo=UTC), UTC) == datetime(2027, 1, 1, tzinfo=UTC)


def test_sums_add_up() -> None:
    assert Sum(1, 2, 3, 4, 5, 6, 7, 8) + Sum(1, 1, 1, 1, 1, 1, 1, 1) == Sum(2, 3, 4, 5, 6, 7, 8, 9)


def test_whatever_is_more_than_nothing_shows() -> None:
    assert heights([0, 1, 50, 100], "▁▂▃▄▅▆▇█") == " ▁▄█"
    assert heights([0, 0], "▁█") == "  "
    assert heights([], "▁█") == ""
