from django.db import models


class RateCount(models.Model):
    """How often something was done in one window of time (portal/accounts/limits.py)."""

    key = models.CharField(max_length=120)
    window = models.BigIntegerField(help_text="Start of the window, seconds since 1970.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="one_rate_count")]
        indexes = [models.Index(fields=["window"], name="rate_window")]

    def __str__(self):
        return f"{self.key}: {self.count}"
