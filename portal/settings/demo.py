"""Production without TLS, with a generated secret, for `make demo`.

The secret is made once and kept in VAR_DIR, so that a second start keeps people logged in.
Any Host header is accepted: the demo is opened by the address it happens to have.
"""

import os

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import SECRET_KEY, VAR_DIR


def _kept_secret(path):
    """Return the secret in this file, making it the first time, for its owner's eyes only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(get_random_secret_key())
        try:
            path.hardlink_to(own)
        except FileExistsError:
            pass  # another process was first; its secret holds
        own.unlink()
    return path.read_text().strip()


DEMO = True
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "portal.notifications.outbox.OutboxBackend"
SECRET_KEY = SECRET_KEY or _kept_secret(VAR_DIR / "secret_key")
