"""Pages of every sort for the tests of the page cache; each counts how often it was made."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from portal.page_cache.versions import depends_on

made = Counter()
# What a test wants to happen while a page is being made.
meanwhile = []


def page(request, number=0):
    made[request.path] += 1
    for happening in meanwhile:
        happening()
    return HttpResponse(f"<h1>Page {number}, made {made[request.path]}</h1>" + "long " * 200)


def always_the_same(request):
    made[request.path] += 1
    return HttpResponse("<p>The same</p>")


def thread(request, number):
    depends_on(request, f"thread:{number}")
    return page(request, number)


def with_form(request, method):
    response = page(request)
    response.content += f'<form class="x"\n METHOD={method!r} action="/">'.encode()
    return response


def with_cookie(request):
    response = page(request)
    response.set_cookie("seen", "yes")
    return response


def with_session(request):
    request.session["seen"] = True
    return page(request)


def with_message(request):
    messages.info(request, "Saved")
    return page(request)


def streamed(request):
    made[request.path] += 1
    return StreamingHttpResponse(["a", "b"])


def missing(request):
    made[request.path] += 1
    return HttpResponse("none", status=404)


def own_headers(request):
    response = page(request)
    response["Content-Type"] = "application/atom+xml"
    response["Cache-Control"] = "public, max-age=300"
    response["X-Own"] = "kept"
    return response


def failing(request):
    made[request.path] += 1
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("", page),
    path("page/<int:number>/", page),
    path("always-the-same/", always_the_same),
    path("thread/<int:number>/", thread),
    path("form/post/", with_form, {"method": "post"}),
    path("form/get/", with_form, {"method": "get"}),
    path("cookie/", with_cookie),
    path("session/", with_session),
    path("message/", with_message),
    path("streamed/", streamed),
    path("missing/", missing),
    path("moved/", lambda request: redirect("/")),
    path("own-headers/", own_headers),
    path("failing/", failing),
    path("never/", never_cache(page)),
    path("by-agent/", vary_on_headers("User-Agent")(page)),
    path("search/", page),
    path("accounts/login/", page),
    path("admin/", page),
    path("demo/outbox/", page),
]
