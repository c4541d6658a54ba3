"""Addresses of the site itself."""

from django.templatetags.static import static
from django.urls import path
from django.views.generic import RedirectView

from . import views

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("contact/sent/", views.contact_sent, name="contact_sent"),
    path("feeds/", views.feeds, name="feeds"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", views.sitemap_section, name="sitemap_section"),
    path(
        "favicon.ico", lambda request: RedirectView.as_view(url=static("site/favicon.ico"))(request)
    ),
]
