"""Addresses of pages about people."""

from django.urls import path

from . import searches, views

app_name = "people"

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/searches/", searches.searches, name="searches"),
    path("me/searches/save/", searches.save_search, name="save_search"),
    path("me/searches/<int:pk>/", searches.open_search, name="open_search"),
    path("me/searches/<int:pk>/change/", searches.change_search, name="change_search"),
    path("me/settings/", views.settings, name="settings"),
    path("members/<str:username>/", views.member, name="member"),
    path("agencies/<slug:slug>/", views.agency, name="agency"),
]
