"""A site with nothing but the search backend, for tests in a process of their own.

STANDALONE_DIR is where it keeps its database and index; STANDALONE_OUTBOX=1 adds the outbox.
"""

import os
from pathlib import Path

HOME = Path(os.environ["STANDALONE_DIR"])
SECRET_KEY = "standalone"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "modelsearch",
    "tests.search.standalone",
]
if os.environ.get("STANDALONE_OUTBOX"):
    INSTALLED_APPS.append("portal.search")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "db.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "portal.search.backend", "PATH": str(HOME / "index")},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
