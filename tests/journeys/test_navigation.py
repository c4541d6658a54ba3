"""Every link of header, footer and /me/ leads somewhere, for every role."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group

from tests.factories import make_kit, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db

ROLES = ["visitor", "member", "Editors", "Forum moderators", "administrator"]
HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


def user_of(role):
    user = make_user(is_superuser=role == "administrator")
    if role[0].isupper():
        user.groups.add(Group.objects.get(name=role))
    return user


def links(page, *, within):
    """Return the inside addresses that stand in the elements of this name."""
    parts = re.findall(rf"(?s)<{within}\b.*?</{within}>", page)
    assert parts, within
    addresses = {unescape(address) for part in parts for address in HREF.findall(part)}
    return {address for address in addresses if not address.startswith("#")}


def walk(client, addresses, *, logged_in):
    for address in sorted(addresses):
        assert address.startswith("/"), address
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        if logged_in:
            ends = response.redirect_chain[-1][0] if response.redirect_chain else address
            assert not ends.startswith("/accounts/login/"), address


@pytest.mark.parametrize("role", ROLES)
def test_header_and_footer_lead_somewhere(client, role):
    if role != "visitor":
        client.force_login(user_of(role))
    page = client.get("/about/").content.decode()
    header, footer = links(page, within="header"), links(page, within="footer")
    assert {"/", "/resources/", "/events/", "/topics/", "/forum/", "/search/"} <= header
    mine = {"/accounts/login/", "/accounts/signup/"} if role == "visitor" else {"/me/"}
    assert mine <= header
    assert {"/about/", "/rules/", "/privacy/", "/accessibility/", "/contact/", "/feeds/"} <= footer
    walk(client, header | footer, logged_in=role != "visitor")


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize("is_used", [False, True], ids=["empty", "used"])
def test_everything_of_ones_own_leads_somewhere(client, role, is_used):
    user = user_of(role)
    client.force_login(user)
    if is_used:
        make_reply(make_thread(author=user), author=user)
        client.post(f"/resources/{make_kit('The kit').slug}/collect/", {"action": "bookmark"})
    page = client.get("/me/").content.decode()
    mine = links(page, within="main")
    assert "/me/settings/" in mine
    assert ("/admin/" in mine) == (role != "member")
    walk(client, mine, logged_in=True)


def test_a_visitor_is_led_from_what_is_not_his_to_the_log_in_and_back(client):
    assert client.get("/me/").url == "/accounts/login/?next=/me/"
