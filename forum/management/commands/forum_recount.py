from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from forum.models import Category, Poll, Post, Report, Standing, Thread
from forum.posting import lock
from forum.recount import (
    recount_category,
    recount_helpful,
    recount_member,
    recount_poll,
    recount_thread,
)
from portal.accounts.models import User
from portal.page_cache.versions import raise_version


class Command(BaseCommand):
    help = "Counts posts, voices and last activity anew and says which counters were wrong."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; end with an error where a counter is wrong.",
        )

    def handle(self, *args, check, **options):
        drift = 0
        for thread in Thread.objects.order_by("pk").iterator():
            with transaction.atomic():
                wrong = recount_helpful(thread, check=check)
                wrong += recount_thread(lock(thread), check=check)
                drift += self.report(thread, wrong)
        for poll in Poll.objects.order_by("pk").iterator():
            with transaction.atomic():
                lock(poll.thread)
                drift += self.report(poll, recount_poll(poll, check=check))
        for category in Category.objects.order_by("pk"):
            with transaction.atomic():
                drift += self.report(category, recount_category(category, check=check))
        for user in self.people().iterator():
            with transaction.atomic():
                drift += self.report(user, recount_member(user, check=check))
        if drift and check:
            raise CommandError(f"{drift} rows have wrong counters. Run forum_recount to set them.")
        if drift:
            with transaction.atomic():
                raise_version("site", "forum")
        self.stdout.write(
            f"{drift} rows had wrong counters." if drift else "All counters are right."
        )

    def people(self):
        """Everybody who has a record in the forum, or should have one."""
        return User.objects.filter(
            Q(pk__in=Post.objects.values("author"))
            | Q(pk__in=Report.objects.values("reporter"))
            | Q(pk__in=Standing.objects.values("user"))
        )

    def report(self, row, wrong):
        if wrong:
            self.stdout.write(f"{row._meta.verbose_name} {row.pk}: {', '.join(wrong)}")
        return bool(wrong)
