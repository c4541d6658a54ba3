from django.apps import AppConfig


class PageCacheConfig(AppConfig):
    name = "portal.page_cache"
    label = "page_cache"

    def ready(self):
        from .editing import listen

        listen()
