from wagtail.snippets.models import register_snippet

from portal.search.viewsets import SynonymViewSet

register_snippet(SynonymViewSet)
