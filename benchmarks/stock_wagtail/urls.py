"""A listing and a search as Wagtail's demo site has them."""

from django.http import HttpResponse
from django.urls import path

from . import views

urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok")),
    path("resources/", views.listing),
    path("search/", views.search),
]
