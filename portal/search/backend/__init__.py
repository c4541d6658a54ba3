"""Wagtail's search on Whoosh: `"BACKEND": "portal.search.backend"`. See docs/search.md."""

from portal.search.backend.engine import WhooshSearchBackend

SearchBackend = WhooshSearchBackend

__all__ = ["SearchBackend"]
