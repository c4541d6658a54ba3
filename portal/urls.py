"""Wiring only: which package answers which address."""

from django.http import HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from forum.feeds import latest as forum_feed
from portal.accounts.doors import only_with_admin_access
from portal.media import public_file
from portal.site_search.views import opensearch

handler400 = "portal.home.errors.bad_request"
handler403 = "portal.home.errors.permission_denied"
handler404 = "portal.home.errors.page_not_found"
handler500 = "portal.home.errors.server_error"

# Wagtail's own log-ins ask for a password alone and know no code; all doors lead to ours.
to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)
to_reset = RedirectView.as_view(pattern_name="account_reset_password")

urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok", content_type="text/plain")),
    path("admin/login/", to_login),
    path("admin/password_reset/", to_reset),
    path("admin/password_reset/<path:rest>", lambda request, rest: to_reset(request)),
    path("_util/login/", to_login),
    path(
        "admin/",
        include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, only_with_admin_access)),
    ),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:name>", public_file),
    path("accounts/", include("portal.accounts.urls")),
    path("demo/outbox/", include("portal.notifications.views")),
    path("forum/", include("forum.urls")),
    path("forum.atom", forum_feed, name="forum_feed"),
    path("search/", include("portal.site_search.urls")),
    path("opensearch.xml", opensearch, name="opensearch"),
    path("", include("catalog.urls")),
    path("", include("portal.people.urls")),
    path("", include("portal.home.urls")),
    path("", include(wagtail_urls)),
]
