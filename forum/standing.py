"""What a member's record allows. Every threshold of the forum's trust is declared here, once.

The record (models.Standing) grows with use: posts that stand, marks of "helpful", reports that
moderators uphold. Hidden posts and refused reports cost. Who has a verified agency is trusted from
the first day; moderators always are. docs/moderators.md says the same in words.
"""

from django.db.models import F

from .models import Standing

# Among so many first posts, links and images are signs of spam.
FIRST_POSTS = 3
# So many posts that stand, or so many marks of "helpful", make a member trusted.
TRUSTED_POSTS = 10
TRUSTED_HELPFUL = 5
# So many refused reports, beyond those upheld, end the power to hide a post by a report.
MOST_REFUSED = 3


def standing_of(user):
    """Return the Standing of `user`, an unsaved one for who has none yet."""
    return Standing.objects.filter(user=user).first() or Standing(user=user)


def is_newcomer(standing):
    return standing.posts - standing.posts_hidden < FIRST_POSTS


def is_trusted(user, standing):
    """Whether use of the forum, or an agency, has shown that `user` means well."""
    if user.is_verified:
        return True
    standing_posts = standing.posts - standing.posts_hidden
    return standing_posts >= TRUSTED_POSTS or standing.helpful_received >= TRUSTED_HELPFUL


def may_hide_by_report(user, standing):
    """Whether a report of sensitive information by `user` hides the post at once."""
    misused = standing.reports_refused - standing.reports_upheld >= MOST_REFUSED
    return is_trusted(user, standing) and not misused


def count(user_id, **more):
    """Add to columns of a member's record: count(user.pk, posts=1)."""
    changes = {name: F(name) + number for name, number in more.items()}
    if not Standing.objects.filter(user_id=user_id).update(**changes):
        Standing.objects.create(user_id=user_id, **more)
