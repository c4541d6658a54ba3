"""Addresses of the catalog, also of the pages that are edited in Wagtail."""

from django.urls import path

from . import views

app_name = "catalog"

urlpatterns = [
    path("resources/", views.resources, name="resources"),
    path("resources.atom", views.atom, name="feed_atom"),
    path("resources.json", views.json_feed, name="feed_json"),
    path("resources.ics", views.calendar, name="feed_ics"),
    path("resources.csv", views.csv_file, name="csv"),
    path("resources.xlsx", views.xlsx_file, name="xlsx"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("resources/<slug:slug>/", views.resource, name="resource"),
    path("resources/<slug:slug>/event.ics", views.event, name="event"),
    path("resources/<slug:slug>/reviewed/", views.reviewed, name="reviewed"),
    path("resources/<slug:slug>/collect/", views.collect, name="collect"),
    path("me/bookmarks/", views.bookmarks, name="bookmarks"),
    path("me/collections/", views.collections, name="collections"),
    path("collections/new/", views.new_collection, name="new_collection"),
    path("collections/<int:pk>-<slug:slug>/", views.collection, name="collection"),
    path(
        "collections/<int:pk>-<slug:slug>/change/",
        views.change_collection,
        name="change_collection",
    ),
    path(
        "collections/<int:pk>-<slug:slug>/delete/",
        views.delete_collection,
        name="delete_collection",
    ),
    path("events/", views.events, name="events"),
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("providers/<slug:slug>/", views.provider, name="provider"),
    path("suggest/", views.suggest, name="suggest"),
    path("suggest/sent/", views.suggest_done, name="suggest_done"),
]
