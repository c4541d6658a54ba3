"""The person who logs in, or a name that stands for one."""

import re

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.zones import known_zones

from ..usernames import RESERVED

HANDLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{1,28})[A-Za-z0-9]")


def validate_username(value):
    """Refuse what is no public handle: 3 to 30 letters, digits and hyphens, not reserved."""
    if not HANDLE.fullmatch(value):
        raise ValidationError(
            _("Use 3 to 30 letters, digits or hyphens; begin and end with a letter or digit."),
            code="invalid",
        )
    if value.lower() in RESERVED:
        raise ValidationError(_("This name is reserved. Please choose another."), code="reserved")


def validate_time_zone(value):
    if value not in known_zones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


class UserQuerySet(models.QuerySet):
    def by_email(self, email):
        return self.filter(email__iexact=email.strip())

    def active(self):
        return self.filter(status=User.Status.ACTIVE)

    def visible_to(self, user):
        """People with a public page: all but those who left, for everybody alike."""
        return self.exclude(status=User.Status.ERASED)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = True

    def create_user(self, email=None, password=None, *, display_name="", username="", **fields):
        """Make a user; without a username one is made from the display name.

        `email` is None only for placeholders.
        """
        email = self.normalize_email(email).lower() if email else None
        display_name = display_name or (email or "member").split("@")[0]
        user = self.model(
            email=email,
            display_name=display_name,
            username=username or self.free_username(display_name),
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, **{**fields, "is_superuser": True})

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def free_username(self, name):
        """Return a handle made from `name` that nobody has or had."""
        base = slugify(name)[:24].strip("-") or "member"
        if len(base) < 3 or base in RESERVED:
            base = f"{base}-member"[:24].strip("-")
        taken = {
            handle.lower()
            for handle in self.filter(username__istartswith=base).values_list("username", flat=True)
        } | {
            handle.lower()
            for handle in FormerUsername.objects.filter(username__istartswith=base).values_list(
                "username", flat=True
            )
        }
        candidate, number = base, 1
        while candidate in taken or candidate in RESERVED:
            number += 1
            candidate = f"{base}-{number}"
        return candidate


class User(AbstractBaseUser, PermissionsMixin):
    """A member. Never deleted: erasure blanks the row in place."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PLACEHOLDER = "placeholder", _("placeholder")  # imported, not yet claimed
        SUSPENDED = "suspended", _("suspended")
        BANNED = "banned", _("banned")
        ERASED = "erased", _("erased")

    class AgencyDisplay(models.TextChoices):
        NOTHING = "nothing", _("nothing")
        KIND = "kind", _("the kind of government only")
        NAME = "name", _("the agency by name")

    username = models.CharField(
        _("public name in addresses"), max_length=30, unique=True, validators=[validate_username]
    )
    email = models.EmailField(_("e-mail address"), null=True, blank=True)  # noqa: DJ001 - unique
    display_name = models.CharField(_("display name"), max_length=80)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_time_zone]
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.ACTIVE
    )
    # Kept equal to status == ACTIVE by save(); Django and allauth read it.
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    agency = models.ForeignKey(
        "accounts.Agency",
        verbose_name=_("agency"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="members",
        help_text=_("Mirrors the current membership; set from a confirmed address alone."),
    )
    agency_display = models.CharField(
        _("what others see of my agency"),
        max_length=10,
        choices=AgencyDisplay.choices,
        default=AgencyDisplay.KIND,
    )
    about = models.TextField(_("about me"), max_length=1000, blank=True)
    mail_replies = models.BooleanField(_("mail me answers to my posts"), default=True)
    mail_weekly = models.BooleanField(_("mail me the weekly summary"), default=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
        ]

    def __str__(self):
        return self.display_name or self.username

    def save(self, *args, **kwargs):
        self.is_active = self.status == self.Status.ACTIVE
        if self.email == "":
            self.email = None
        fields = kwargs.get("update_fields")
        if fields and "status" in fields:
            kwargs["update_fields"] = {*fields, "is_active"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("people:member", args=[self.username])

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.display_name

    def agency_label(self):
        """Say of the agency what its member chose to show: its name, its kind or nothing."""
        if not self.agency or self.agency_display == self.AgencyDisplay.NOTHING:
            return ""
        if self.agency_display == self.AgencyDisplay.NAME:
            return self.agency.name
        return self.agency.kind_words

    @property
    def is_verified(self):
        """Whether a confirmed address of a known agency stands behind this member."""
        return self.agency_id is not None


class FormerUsername(models.Model):
    """A handle its owner gave up: reserved for ever, and redirecting."""

    username = models.CharField(max_length=30)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_usernames")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("former name in addresses")
        verbose_name_plural = _("former names in addresses")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="former_username_unique"),
        ]

    def __str__(self):
        return self.username
