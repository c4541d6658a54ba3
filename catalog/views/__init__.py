"""The catalog's pages."""

from .collections import (
    change_collection,
    collect,
    collection,
    collections,
    delete_collection,
    new_collection,
)
from .events import events
from .keeping import bookmarks
from .listing import resource, resource_list, resources
from .providers import provider
from .reviewing import reviewed
from .subscribing import (
    atom,
    calendar,
    csv_file,
    event,
    json_feed,
    subscribe,
    xlsx_file,
)
from .suggesting import suggest, suggest_done
from .topics import topic, topics

__all__ = [
    "atom",
    "bookmarks",
    "calendar",
    "change_collection",
    "collect",
    "collection",
    "collections",
    "csv_file",
    "delete_collection",
    "event",
    "events",
    "json_feed",
    "new_collection",
    "provider",
    "resource",
    "resource_list",
    "resources",
    "reviewed",
    "subscribe",
    "suggest",
    "suggest_done",
    "topic",
    "topics",
    "xlsx_file",
]
