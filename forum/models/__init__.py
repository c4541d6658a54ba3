"""The nouns of the forum, one file each."""

from .category import Category, CategoryModerator
from .draft import Draft
from .helpful import Helpful
from .history import PostEdit
from .image import PostImage
from .mention import MemberMention, OutsideLink, PostMention
from .poll import Poll, PollOption, PollVote
from .post import Post, PostBookmark
from .reading import CategoryRead, ThreadRead
from .redirects import ImportedAddress, PostAddress
from .report import Report, ReviewRequest, SeenText
from .standing import Sanction, Standing
from .thread import Thread, ThreadTag, ThreadVoice

__all__ = [
    "Category",
    "CategoryModerator",
    "CategoryRead",
    "Draft",
    "Helpful",
    "ImportedAddress",
    "MemberMention",
    "OutsideLink",
    "Poll",
    "PollOption",
    "PollVote",
    "Post",
    "PostAddress",
    "PostBookmark",
    "PostEdit",
    "PostImage",
    "PostMention",
    "Report",
    "ReviewRequest",
    "Sanction",
    "SeenText",
    "Standing",
    "Thread",
    "ThreadRead",
    "ThreadTag",
    "ThreadVoice",
]
