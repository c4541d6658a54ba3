from datetime import UTC, datetime, time, timedelta

import pytest

from portal.clock import clock
from portal.clock.clock import run_due
from portal.clock.jobs import Job
from portal.clock.models import ScheduledRun

MONDAY_NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # noon in New York
ran = []


def work():
    ran.append("work")


def fail():
    ran.append("fail")
    raise RuntimeError("broken on purpose")


HOURLY = Job(name="hourly", function="tests.clock.test_clock.work", every=timedelta(hours=1))
FAILING = Job(name="failing", function="tests.clock.test_clock.fail", every=timedelta(hours=1))


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        ({"every": timedelta(minutes=5)}, MONDAY_NOON),
        ({"every": timedelta(hours=24)}, datetime(2026, 3, 2, tzinfo=UTC)),
        ({"at": time(12, 0)}, MONDAY_NOON),
        ({"at": time(3, 10)}, datetime(2026, 3, 2, 8, 10, tzinfo=UTC)),
        ({"at": time(12, 1)}, datetime(2026, 3, 1, 17, 1, tzinfo=UTC)),
        ({"at": time(6), "weekday": 0}, datetime(2026, 3, 2, 11, tzinfo=UTC)),
        ({"at": time(13), "weekday": 0}, datetime(2026, 2, 23, 18, tzinfo=UTC)),
        ({"at": time(13), "weekday": 6}, datetime(2026, 3, 1, 18, tzinfo=UTC)),
    ],
)
def test_latest_due(rhythm, due):
    assert Job(name="x", function="y", **rhythm).latest_due(MONDAY_NOON) == due


def test_a_day_has_one_run_when_clocks_change():
    job = Job(name="x", function="y", at=time(2, 30))
    moment, dues = datetime(2026, 3, 7, 12, tzinfo=UTC), set()
    while moment < datetime(2026, 3, 10, 12, tzinfo=UTC):  # 2:30 is skipped on March 8
        dues.add(job.latest_due(moment))
        moment += timedelta(minutes=20)
    assert len(dues) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"function": "a", "command": ["b"], "every": timedelta(1)},
        {"function": "a"},
        {"function": "a", "every": timedelta(1), "at": time(1)},
    ],
)
def test_a_job_says_what_and_when_once(wrong):
    with pytest.raises(ValueError, match="x: give"):
        Job(name="x", **wrong)


@pytest.mark.django_db
def test_a_new_site_waits_for_the_next_moment():
    assert run_due([HOURLY], now=MONDAY_NOON) == []
    assert run_due([HOURLY], now=MONDAY_NOON + timedelta(minutes=59)) == []
    assert run_due([HOURLY], now=MONDAY_NOON + timedelta(minutes=61)) == ["hourly"]
    assert ran == ["work"]


@pytest.mark.django_db
def test_runs_once_for_each_moment_and_once_for_many_missed():
    run_due([HOURLY], now=MONDAY_NOON)
    later = MONDAY_NOON + timedelta(hours=5)
    assert run_due([HOURLY], now=later) == ["hourly"]
    assert run_due([HOURLY], now=later + timedelta(minutes=1)) == []
    row = ScheduledRun.objects.get()
    assert (row.due_at, row.started_at, row.error) == (later, later, "")
    assert row.finished_at


@pytest.mark.django_db
def test_of_two_workers_one_claims():
    run_due([HOURLY], now=MONDAY_NOON)
    now = MONDAY_NOON + timedelta(hours=1)
    seen_by_both = ScheduledRun.objects.get()
    assert ScheduledRun.objects.claim(seen_by_both, due_at=now, now=now)
    assert not ScheduledRun.objects.claim(seen_by_both, due_at=now, now=now)


@pytest.mark.django_db
def test_a_run_that_never_ended_is_taken_up_again():
    run_due([HOURLY], now=MONDAY_NOON)
    now = MONDAY_NOON + timedelta(hours=1)
    ScheduledRun.objects.claim(ScheduledRun.objects.get(), due_at=now, now=now)
    daily = Job(name="hourly", function=HOURLY.function, at=time(13))
    assert run_due([daily], now=now + timedelta(hours=1)) == []
    assert run_due([daily], now=now + timedelta(hours=3)) == ["hourly"]


@pytest.mark.django_db
def test_a_failing_job_is_logged_and_stops_nothing(caplog):
    jobs = [FAILING, HOURLY]
    run_due(jobs, now=MONDAY_NOON)
    assert run_due(jobs, now=MONDAY_NOON + timedelta(hours=1)) == ["failing", "hourly"]
    assert "The scheduled job failing failed" in caplog.text
    row = ScheduledRun.objects.get(name="failing")
    assert row.error == "RuntimeError: broken on purpose"
    assert row.finished_at
    assert run_due(jobs, now=MONDAY_NOON + timedelta(hours=2)) == ["failing", "hourly"]


@pytest.mark.django_db
def test_a_function_that_is_gone_is_a_failure_like_any_other(caplog):
    gone = Job(name="gone", function="portal.nowhere.work", every=timedelta(hours=1))
    assert clock.run_logged(gone) is False
    assert "No module named 'portal.nowhere'" in caplog.text


@pytest.mark.django_db
def test_looking_at_the_schedule_is_one_query(django_assert_num_queries):
    jobs = [
        Job(name=f"job {number}", function="a", every=timedelta(hours=1)) for number in range(20)
    ]
    run_due(jobs, now=MONDAY_NOON)
    ScheduledRun.objects.update(due_at=MONDAY_NOON)
    with django_assert_num_queries(1):
        run_due(jobs, now=MONDAY_NOON + timedelta(minutes=1))
