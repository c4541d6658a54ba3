"""The site as a WSGI application, for granian."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()
# Load every view now: a mistake stops the start, and the first visitor does not wait.
import_module(settings.ROOT_URLCONF)
