"""The demo's people: four accounts to log in with, invented members, invented agencies."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from portal.accounts.agencies import settle_membership
from portal.accounts.models import Agency, AgencyDomain, User

from . import content

DOMAIN = "demo.example"
# The groups that migrations make; those that are not there are passed over.
GROUPS = {"editor": ["Editors"], "moderator": ["Moderators", "Forum moderators"]}


def account(role):
    """Return one of the four accounts: member, editor, moderator or admin."""
    return User.objects.get(email=f"{role}@{DOMAIN}")


def is_made():
    return User.objects.filter(email=f"admin@{DOMAIN}").exists()


def make(*, now, password):
    """Make agencies, accounts and members; return how many people there are."""
    written = content.read("people")
    for row in written["agency"]:
        agency = Agency.objects.create(name=row["name"], slug=row["slug"], kind=row["kind"])
        AgencyDomain.objects.create(agency=agency, domain=row["domain"])
    # The four accounts are of one invented county.
    AgencyDomain.objects.create(
        agency=Agency.objects.get(slug=written["demo_agency"]), domain=DOMAIN
    )
    for row in written["account"]:
        user = make_user(row, f"{row['role']}@{DOMAIN}", now, password=password)
        user.groups.set(Group.objects.filter(name__in=GROUPS.get(row["role"], [])))
    domains = {row["slug"]: row["domain"] for row in written["agency"]}
    for row in written["person"]:
        domain = domains[row["agency"]] if "agency" in row else "people.example"
        make_user(row, f"{row['username']}@{domain}", now)
    return len(written["account"]) + len(written["person"])


def open_with(password):
    """Give the four accounts this password, where they have another."""
    accounts = [f"{row['role']}@{DOMAIN}" for row in content.read("people")["account"]]
    for user in User.objects.filter(email__in=accounts):
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])


def make_user(row, email, now, password=None):
    """Make one person with a confirmed address; without a password nobody can log in as them."""
    joined = now - content.span(row["joined"])
    user = User.objects.create_user(
        email=email,
        password=password,
        username=row["username"],
        display_name=row["display_name"],
        about=row.get("about", ""),
        agency_display=row.get("agency_display", User.AgencyDisplay.KIND),
        date_joined=joined,
        is_superuser=row.get("role") == "admin",
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    settle_membership(user=user, email=email, now=joined)
    user.refresh_from_db()
    return user
