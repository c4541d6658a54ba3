"""The floors, as a WSGI application on the settings and the database of the measured site.

`/bare/<thread>/` is a thread's page by one raw SQL query and one compiled template; `/static/` the
bytes of the file FLOOR_PAGE. No middleware, no session, nobody is asked whether he may.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

django.setup()

QUERY = """
SELECT thread.title, post.number, post.html, post.created_at, author.username, author.display_name
FROM forum_post AS post
JOIN forum_thread AS thread ON thread.id = post.thread_id
JOIN accounts_user AS author ON author.id = post.author_id
WHERE post.thread_id = %s AND post.number BETWEEN 1 AND 20
ORDER BY post.number
"""
TEMPLATE = Engine().from_string(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ rows.0.0 }}</title></head>
<body><h1>{{ rows.0.0 }}</h1>
{% for title, number, html, at, username, name in rows %}<article id="post-{{ number }}">
<h2><a href="/members/{{ username }}/">{{ name }}</a></h2>
<p><time datetime="{{ at }}">{{ at }}</time></p>
<div>{{ html|safe }}</div></article>
{% endfor %}</body></html>"""
)
PAGE = Path(os.environ["FLOOR_PAGE"]).read_bytes()


def bare(request, pk):
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [pk])
        rows = cursor.fetchall()
    return HttpResponse(TEMPLATE.render(Context({"rows": rows})))


def static(request):
    return HttpResponse(PAGE)


urlpatterns = [path("bare/<int:pk>/", bare), path("static/", static)]
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__
settings.ALLOWED_HOSTS = ["*"]
application = WSGIHandler()
