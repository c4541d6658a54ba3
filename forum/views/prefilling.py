"""What a form begins with: what the address says, or the post that is quoted."""

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import ResourcePage, Topic

from ..models import Category, Thread
from ..posting import clean_text, clean_title


def prefilled(request):
    """What the address says of a new thread: category, title, text, a resource to discuss."""
    title = clean_title(request.GET.get("title", ""))
    text = clean_text(request.GET.get("text", ""))
    kind, topics = Thread.Kind.QUESTION, []
    slug = clean_title(request.GET.get("resource", ""))
    if slug:
        resource = ResourcePage.objects.visible_to(request.user).filter(slug=slug).first()
        if resource:
            kind = Thread.Kind.DISCUSSION
            text = f"[[{resource.title}]]\n\n{text}"
            topics = [topic.slug for topic in resource.topics.all()[:3]]
    if slug := clean_title(request.GET.get("topic", "")):
        topics = list(Topic.objects.filter(slug=slug).values_list("slug", flat=True)) or topics
    category = clean_title(request.GET.get("category", ""))
    if not category:
        writable = list(Category.objects.writable_by(request.user).values_list("slug")[:2])
        category = writable[0][0] if len(writable) == 1 else ""
    return {"title": title, "text": text, "kind": kind, "category": category, "topics": topics}


def quoted(request, thread):
    """The text of the post named by ?quote=, as a quotation that says whose it is."""
    pk = request.GET.get("quote", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 15):
        return ""
    post = thread.posts.public().select_related("author").filter(pk=pk).first()
    if post is None:
        return ""
    said = _("[%(name)s in post %(number)d](%(url)s):") % {
        "name": post.author.display_name.replace("[", "").replace("]", ""),
        "number": post.number,
        "url": reverse("forum:post", args=[post.pk]),
    }
    lines = "\n".join(f"> {line}".rstrip() for line in post.text.splitlines())
    return f"> {said}\n>\n{lines}\n\n"
