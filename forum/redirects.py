"""Lead addresses that posts had before, here or on a former site, to where they stand now."""

from django.http import HttpResponsePermanentRedirect

from .importers.addresses import PARAMETERS, candidates
from .models import ImportedAddress, Post, PostAddress, Thread


class FormerAddressMiddleware:
    """Answer 301 where nothing else stands at an address that an import has kept.

    Only a page that was not found costs a query, and the front page with a parameter by which
    WordPress finds posts (`/?p=481`). A thread or post that one may not see stays not found.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/" and any(name in request.GET for name in PARAMETERS):
            found = redirect_from(request)
            if found:
                return found
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        return redirect_from(request) or response


def redirect_from(request):
    """Return the redirect for a request to a former address, None where there is none."""
    if request.method not in {"GET", "HEAD"}:
        return None
    wanted = candidates(request.path, dict(request.GET.lists()))
    rows = ImportedAddress.objects.select_related("thread__merged_into").filter(path__in=wanted)
    found = {row.path: row for row in rows}
    row = next((found[path] for path in wanted if path in found), None)
    target = _target(row, request.user) if row else None
    return HttpResponsePermanentRedirect(target.get_absolute_url()) if target else None


def _target(row, user):
    """The post or thread behind `row` that `user` may see.

    A post is named by its permalink, which stays right wherever the post is moved.
    """
    if row.post_id:
        return Post.objects.visible_to(user).filter(pk=row.post_id).first()
    thread = row.thread.merged_into or row.thread
    return Thread.objects.visible_to(user).filter(pk=thread.pk).first()


def moved_post(thread_pk, asked, user):
    """Return the redirect from a number that left a thread to the post that had it, or None.

    A number that nothing had leads to the next that something had.
    """
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    former = PostAddress.objects.filter(thread=thread_pk, number__gte=int(asked))
    row = former.select_related("post").order_by("number").first()
    if row is None:
        return None
    stands = Post.objects.filter(thread=thread_pk, number__range=(int(asked), row.number))
    if row.number > int(asked) and stands.exclude(state=Post.State.MOVED).exists():
        return None
    post = Post.objects.visible_to(user).select_related("thread").filter(pk=row.post_id).first()
    return HttpResponsePermanentRedirect(post.get_thread_url()) if post else None
