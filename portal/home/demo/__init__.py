"""The demo: a site full of life, for trying things out.

Listings are real resources or say "Demo"; people, agencies and conversations are invented. What
is written lies in content/ as TOML; the modules here put it into the database through the verbs
and saves that members and editors use. Times count back from the moment it is made.

The five parts are made in this order, each in one transaction and only if it is not there yet:
what was made once is never touched again (but for the four accounts' password, which is always
the one that was printed last), and a run that broke off goes on where it stopped.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import catalog, conversations, desks, kept, people


def make(*, password, now=None, say=lambda text: None):
    """Make what is missing of the demo and return the number of its parts that were made.

    `password` opens the four accounts; `say` gets one line for each part.
    """
    now = now or timezone.now()
    parts = [
        (_("People and agencies"), people, {"password": password}),
        (_("Topics and listings"), catalog, {}),
        (_("Conversations"), conversations, {}),
        (_("What waits on each desk"), desks, {}),
        (_("Collections and saved searches"), kept, {}),
    ]
    made = 0
    for name, part, options in parts:
        with transaction.atomic():
            if part.is_made():
                say(_("%(part)s: there already, left as they are.") % {"part": name})
                continue
            count = part.make(now=now, **options)
        say(_("%(part)s: %(count)d made.") % {"part": name, "count": count})
        made += 1
    people.open_with(password)
    return made
