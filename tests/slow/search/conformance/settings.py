"""The site that modelsearch's own tests want, with our backend and nothing else of ours.

Its wheel brings the tests but not their fixture: `fixtures/search.json` comes from the repository
wagtail/django-modelsearch (BSD-3-Clause).
"""

import os
from pathlib import Path

HOME = Path(os.environ["CONFORMANCE_DIR"])
SECRET_KEY = "conformance"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "modelsearch.test.testapp",
    "modelsearch",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    *filter(None, os.environ.get("CONFORMANCE_APPS", "").split(",")),
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "db.sqlite3",
        "TEST": {"NAME": HOME / "test.sqlite3"},
    }
}
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "portal.search.backend", "PATH": str(HOME / "index")},
}
FIXTURE_DIRS = [Path(__file__).parent / "fixtures"]
ROOT_URLCONF = "modelsearch.test.urls"
