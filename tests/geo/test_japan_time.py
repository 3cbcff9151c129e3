"""Moments in Japan's time, wherever the server is."""

import datetime

import pytest

from geo import japan_time
from geo.japan_time import in_japan, today_in_japan


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        # The eve in London is the morning in Japan.
        ("2026-11-23T23:59:00+00:00", "2026-11-24 08:59 JST"),
        ("2026-11-24T08:59:00+09:00", "2026-11-24 08:59 JST"),
        # Without a zone it is the store's, UTC.
        ("2026-06-30T15:00:00", "2026-07-01 00:00 JST"),
    ],
)
def test_a_moment_is_told_in_japan_s_time(moment, told):
    assert f"{in_japan(moment):%Y-%m-%d %H:%M %Z}" == told


@pytest.mark.parametrize("moment", ["", "yesterday", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_moment_is_none(moment):
    assert in_japan(moment) is None


def test_today_is_japan_s_day_also_before_nine(monkeypatch):
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 23, 15, 30, tzinfo=datetime.UTC).astimezone(tz)

    monkeypatch.setattr(japan_time, "datetime", Clock)
    assert today_in_japan() == datetime.date(2026, 11, 24)
