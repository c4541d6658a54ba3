"""How far a member has read: a number for each thread, a watermark for each category."""

from django.conf import settings
from django.db import models


class ThreadRead(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey("forum.Thread", on_delete=models.CASCADE, related_name="reads")
    last_read_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="one_thread_read")]

    def __str__(self):
        return f"{self.user_id} {self.thread_id}: {self.last_read_number}"


class CategoryRead(models.Model):
    """All posts of the category up to `read_at` count as read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey("forum.Category", on_delete=models.CASCADE, related_name="reads")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="one_category_read")
        ]

    def __str__(self):
        return f"{self.user_id} {self.category_id}: {self.read_at}"
