"""For people who work on the site: errors in full, mail kept for /demo/outbox/."""

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, SECRET_KEY

DEBUG = True
SECRET_KEY = SECRET_KEY or "only-for-development-never-for-a-site"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
EMAIL_BACKEND = "portal.notifications.outbox.OutboxBackend"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
PAGE_CACHE_BYTES = 0  # a changed template shows at once
