from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from catalog.models import CourseRun, ResourcePage, WebinarPage
from catalog.models.wall_clock import to_utc
from tests import factories

pytestmark = pytest.mark.django_db


def test_wall_clock_survives_save_revision_and_publish():
    page = factories.make_webinar(
        starts_local=datetime(2026, 7, 1, 14, 0),
        ends_local=datetime(2026, 7, 1, 15, 0),
        zone="America/Chicago",
    )
    page.save_revision().publish()
    again = WebinarPage.objects.get(pk=page.pk)
    assert again.starts_local == datetime(2026, 7, 1, 14, 0)
    assert again.starts_at == datetime(2026, 7, 1, 19, 0, tzinfo=UTC)
    assert ResourcePage.objects.get(pk=page.pk).next_starts_at == again.starts_at
    assert again.kind == "webinar"


@pytest.mark.parametrize(
    ("local", "zone", "code"),
    [
        (datetime(2026, 3, 8, 2, 30), "America/New_York", "skipped"),
        (datetime(2026, 11, 1, 1, 30), "America/New_York", "doubled"),
    ],
)
def test_time_that_a_clock_change_makes_impossible_is_refused(local, zone, code):
    with pytest.raises(ValidationError) as caught:
        to_utc(local, zone)
    assert caught.value.code == code


def test_webinar_must_end_after_it_starts():
    page = WebinarPage(
        title="Backwards",
        slug="backwards",
        starts_local=datetime(2026, 7, 1, 14, 0),
        ends_local=datetime(2026, 7, 1, 13, 0),
        zone="America/New_York",
    )
    with pytest.raises(ValidationError) as caught:
        page.clean()
    assert "ends_local" in caught.value.message_dict


def test_course_copies_its_next_run_up():
    page = factories.make_course(
        children={
            "runs": [
                CourseRun(starts_local=datetime(2020, 1, 1, 9), ends_local=datetime(2020, 2, 1, 9)),
                CourseRun(starts_local=datetime(2099, 1, 1, 9), ends_local=datetime(2099, 2, 1, 9)),
            ]
        }
    )
    row = ResourcePage.objects.get(pk=page.pk)
    assert row.next_starts_at.year == 2099


def test_vendor_kit_needs_a_disclosure():
    vendor = factories.make_provider(kind="vendor")
    with pytest.raises(ValidationError) as caught:
        factories.make_kit(provider=vendor)
    assert "vendor_disclosure" in caught.value.message_dict
