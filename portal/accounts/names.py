"""Display names: what others read beside a post."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .usernames import RESERVED

SHORTEST, LONGEST = 2, 80


def clean_display_name(value):
    """Return the name with single spaces; refuse what is no name or would mislead.

    An e-mail address is refused because the name is public, staff words because they would
    pass for the site, invisible characters because two names could look the same.
    """
    name = " ".join(unicodedata.normalize("NFC", value).split())
    if not SHORTEST <= len(name) <= LONGEST:
        raise ValidationError(_("Use 2 to 80 characters."), code="length")
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn"} for letter in name):
        raise ValidationError(_("Leave out invisible characters."), code="invisible")
    if not any(letter.isalnum() for letter in name):
        raise ValidationError(_("Use at least one letter or digit."), code="empty")
    if "@" in name:
        raise ValidationError(
            _("This name is public. Do not use an e-mail address."), code="address"
        )
    if name.casefold().replace(" ", "-") in RESERVED:
        raise ValidationError(_("This name is reserved. Please choose another."), code="reserved")
    return name
