import pytest
from django.contrib.auth.models import Group

from tests import factories


@pytest.fixture
def editor(client):
    """An editor who is no administrator, logged in."""
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user
