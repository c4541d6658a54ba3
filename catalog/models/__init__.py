"""The nouns of the catalog, one file each."""

from .bookmark import Bookmark
from .collection import CollectionItem, ResourceCollection
from .course import CoursePage, CourseRun
from .fetched_page import FetchedPage, FetchState
from .guidance import GuidancePage
from .import_run import ImportRun
from .index_page import ResourceIndexPage
from .kit import KitItem, KitPage
from .link import CheckedLink
from .platform import Platform
from .provider import Provider
from .resource import RequiredBy, ResourcePage
from .saved_search import SavedSearch
from .suggestion import Suggestion
from .tag import FormerTag, ResourceTag, Tag, TagAlias
from .topic import Topic, TopicAlias
from .vocabulary import Audience, GovernmentLevel
from .webinar import WebinarPage

KINDS = {page.KIND: page for page in (KitPage, WebinarPage, GuidancePage, CoursePage)}

__all__ = [
    "KINDS",
    "Audience",
    "Bookmark",
    "CheckedLink",
    "CollectionItem",
    "CoursePage",
    "CourseRun",
    "FetchState",
    "FetchedPage",
    "FormerTag",
    "GovernmentLevel",
    "GuidancePage",
    "ImportRun",
    "KitItem",
    "KitPage",
    "Platform",
    "Provider",
    "RequiredBy",
    "ResourceCollection",
    "ResourceIndexPage",
    "ResourcePage",
    "ResourceTag",
    "SavedSearch",
    "Suggestion",
    "Tag",
    "TagAlias",
    "Topic",
    "TopicAlias",
    "WebinarPage",
]
