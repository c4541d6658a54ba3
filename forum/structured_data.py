"""Threads in the words of schema.org, as JSON-LD: a question with its answers, or a discussion.

The first page says it, of the posts that stand on it. What was hidden or deleted stands nowhere.
"""

from catalog.structured_data import whole

from .markup import plain_text
from .paging import post_url


def thread(thread, posts):
    """Return a thread whose first page has these `posts`; None where its first is out of sight."""
    shown = [post for post in posts if not post.is_gone]
    if not shown or shown[0].number != 1:
        return None
    first, replies = shown[0], shown[1:]
    data = {
        "@id": whole(thread.get_absolute_url()),
        "url": whole(thread.get_absolute_url()),
        **_text(first),
    }
    if not thread.is_question:
        return {
            "@type": "DiscussionForumPosting",
            "headline": thread.title,
            "commentCount": thread.reply_count,
            "interactionStatistic": _likes(data.pop("upvoteCount")),
            "comment": [_reply(post, thread, "Comment") for post in replies],
            **data,
        }
    answers = [post for post in replies if not post.is_answer]
    accepted = [thread.answer] if thread.answer and not thread.answer.is_gone else []
    question = {
        "@type": "Question",
        "name": thread.title,
        "answerCount": thread.reply_count,
        "acceptedAnswer": [_reply(post, thread, "Answer") for post in accepted],
        "suggestedAnswer": [_reply(post, thread, "Answer") for post in answers],
        **data,
    }
    return {"@type": "QAPage", "mainEntity": question}


def _likes(count):
    """How many found a posting helpful, which only questions and comments have a word for."""
    return {
        "@type": "InteractionCounter",
        "interactionType": "https://schema.org/LikeAction",
        "userInteractionCount": count,
    }


def _text(post):
    return {
        "text": plain_text(post.html) or None,
        "author": _person(post.author),
        "datePublished": post.created_at.isoformat(),
        "dateModified": post.edited_at and post.edited_at.isoformat(),
        "upvoteCount": post.helpful_count,
    }


def _reply(post, thread, kind):
    url = whole(post_url(thread.get_absolute_url(), post.number))
    return {"@type": kind, "@id": url, "url": url, **_text(post)}


def _person(user):
    url = user.get_absolute_url()
    return {"@type": "Person", "name": user.display_name, "url": whole(url) if url else None}
