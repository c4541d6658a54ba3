import uuid

from django.db import models
from modelsearch import index


class Note(index.Indexed, models.Model):
    """An indexed row whose primary key is no number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    number = models.IntegerField(default=0)

    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("text"),
        index.AutocompleteField("title"),
        index.FilterField("number"),
    ]

    def __str__(self):
        return self.title
