"""For the tests: everything in memory or in a folder of its own, tasks run at commit."""

import os
import tempfile
from pathlib import Path

os.environ["ENV_FILE"] = os.devnull  # what a developer set for their own site is no part of a test
VAR_DIR_FOR_TESTS = Path(tempfile.mkdtemp(prefix="common-practice-tests-"))

from .base import *  # noqa: E402, F403
from .base import DATABASES, INSTALLED_APPS, WAGTAILSEARCH_BACKENDS  # noqa: E402

VAR_DIR = VAR_DIR_FOR_TESTS
SECRET_KEY = "for-tests-alone-" + "x" * 40
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
BASE_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = BASE_URL
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "portal.tasks_backend.OnCommitImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PAGE_CACHE_BYTES = 0  # its own tests turn it on
CATALOG_SECONDS_KEPT = 0  # likewise
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES["private"]["OPTIONS"]["location"] = str(PRIVATE_ROOT)  # noqa: F405
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()  # whitenoise warns where it is missing
if "PATH" in WAGTAILSEARCH_BACKENDS["default"]:
    WAGTAILSEARCH_BACKENDS["default"]["PATH"] = str(VAR_DIR / "search")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = VAR_DIR / "db.sqlite3"
