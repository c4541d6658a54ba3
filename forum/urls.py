"""Addresses below /forum/."""

from django.urls import path

from . import feeds
from .views import (
    completing,
    composing,
    images,
    lists,
    marking,
    moderating,
    own_posts,
    polls,
    reporting,
    sanctioning,
    threads,
    ticking,
)

app_name = "forum"
urlpatterns = [
    path("", lists.index, name="index"),
    path("read/", lists.mark_read, name="mark_read"),
    path("new/", composing.start, name="new"),
    path("complete", completing.complete, name="complete"),
    path("similar", completing.similar, name="similar"),
    path("drafts/<int:pk>/discard/", composing.discard_draft, name="discard_draft"),
    path("c/<slug:slug>/", lists.category, name="category"),
    path("c/<slug:slug>.atom", feeds.of_category, name="category_feed"),
    path("i/<uuid:key>.webp", images.image, name="image"),
    path("t/<int:pk>/", threads.without_slug, name="thread_by_number"),
    path("t/<int:pk>/last", threads.last, name="last"),
    path("t/<int:pk>.atom", feeds.of_thread, name="thread_feed"),
    path("t/<int:pk>/<slug:slug>/", threads.detail, name="thread"),
    path("t/<int:pk>/<slug:slug>/reply/", composing.reply_to, name="reply"),
    path("t/<int:pk>/<slug:slug>/moderate/", moderating.of_thread, name="moderate_thread"),
    path("t/<int:pk>/<slug:slug>/ticked/", ticking.ticked, name="ticked"),
    path("t/<int:pk>/<slug:slug>/merge/", ticking.merge, name="merge"),
    path("t/<int:pk>/<slug:slug>/poll/", polls.manage, name="poll"),
    path("t/<int:pk>/<slug:slug>/vote/", polls.vote, name="vote"),
    path("p/<int:pk>/", threads.permalink, name="post"),
    path("p/<int:pk>/edit/", composing.edit, name="edit"),
    path("p/<int:pk>/answer/", threads.answer, name="answer"),
    path("p/<int:pk>/history/", own_posts.history, name="history"),
    path("p/<int:pk>/delete/", own_posts.delete, name="delete"),
    path("p/<int:pk>/helpful/", marking.helpful, name="helpful"),
    path("p/<int:pk>/bookmark/", marking.bookmark, name="bookmark"),
    path("p/<int:pk>/moderate/", moderating.of_post, name="moderate_post"),
    path("p/<int:pk>/report/", reporting.report, name="report"),
    path("p/<int:pk>/hidden/", reporting.hidden, name="hidden"),
    path("members/<str:username>/", sanctioning.member, name="moderate_member"),
]
