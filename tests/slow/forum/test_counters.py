"""The counters of the forum after many sequences of actions (tests/forum has a few)."""

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_user
from tests.forum.test_moderation import ACTIONS, act

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def moderator():
    return make_user("Mod Erator")


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTIONS, max_size=20))
def test_counters_are_right_after_any_sequence_of_actions(actions, moderator):
    with transaction.atomic():
        act(actions, moderator)
        call_command("forum_recount", "--check", verbosity=0)
        transaction.set_rollback(True)
