"""A poll: one question at the head of a thread, its options, and who chose what."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .thread import Thread


class Poll(models.Model):
    """The one poll of a thread. Votes may be changed until it is closed."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="poll")
    question = models.CharField(_("question"), max_length=200)
    is_multiple = models.BooleanField(_("several options may be chosen"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    # Kept by the verbs of forum/polling.py.
    voter_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")

    def __str__(self):
        return self.question

    @classmethod
    def begin(cls, *, thread, by, question, options, now, is_multiple=False, closes_at=None):
        """Save a poll with its options (words, in order) and return it."""
        poll = cls.objects.create(
            thread=thread,
            question=question,
            is_multiple=is_multiple,
            closes_at=closes_at,
            created_by=by,
            created_at=now,
        )
        poll.set_options(options)
        return poll

    def set_options(self, options):
        """Put these words in place of the options it had."""
        self.options.all().delete()
        PollOption.objects.bulk_create(
            PollOption(poll=self, position=position, words=words)
            for position, words in enumerate(options, start=1)
        )

    @property
    def has_ended(self):
        return self.closes_at is not None and self.closes_at <= timezone.now()

    def takes_votes(self, thread):
        """Whether votes count now; a closed thread closes its poll, unless it announces."""
        is_closed = thread.is_locked and not thread.is_announcement
        return (
            not self.has_ended
            and not is_closed
            and thread.archived_at is None
            and thread.merged_into_id is None
            and thread.state == Thread.State.PUBLIC
        )


class PollOption(models.Model):
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(_("option"), max_length=120)
    vote_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("option of a poll")
        verbose_name_plural = _("options of polls")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="one_poll_position")
        ]

    def __str__(self):
        return self.words


class PollVote(models.Model):
    """That a member chose an option; nobody is shown who chose what."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["option", "user"], name="one_poll_vote")]
        indexes = [models.Index(fields=["poll", "user"], name="poll_vote_of_user")]

    def __str__(self):
        return f"{self.option_id}: {self.user_id}"
