from django.apps import AppConfig


class SiteSearchConfig(AppConfig):
    name = "portal.site_search"
    label = "site_search"
