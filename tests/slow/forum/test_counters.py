"""The counters of the forum after many sequences of actions (tests/forum has a few)."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_user
from tests.forum.sequences import ACTIONS, Forum

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def moderator():
    return make_user("Mod Erator")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTIONS, min_size=6, max_size=25))
def test_all_is_right_after_any_sequence_of_actions(actions, moderator):
    with transaction.atomic():
        forum = Forum(moderator)
        forum.act(actions)
        forum.check()
        transaction.set_rollback(True)
