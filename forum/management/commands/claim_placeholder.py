"""manage.py claim_placeholder: give imported posts to the member who wrote them."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from forum.importers.claiming import NotClaimable, claim
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Make a member the author of all that a placeholder of an import wrote."

    def add_arguments(self, parser):
        parser.add_argument("placeholder", metavar="PLACEHOLDER", help="its name in addresses")
        parser.add_argument("member", metavar="MEMBER", help="a name in addresses or an e-mail")
        parser.add_argument("--by", metavar="MODERATOR", help="who decided, for the log")

    def handle(self, *, placeholder, member, by, **options):
        try:
            posts = claim(
                placeholder=self.person(placeholder),
                user=self.person(member),
                by=self.person(by) if by else None,
            )
        except NotClaimable as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(
            ngettext("%(count)s post changed hands.", "%(count)s posts changed hands.", posts)
            % {"count": posts}
        )

    def person(self, name):
        handle = name.removeprefix("@")
        user = (
            User.objects.by_email(name).first()
            if "@" in handle
            else User.objects.filter(username__iexact=handle).first()
        )
        if user is None:
            raise CommandError(f"There is no member “{name}”.")
        return user
