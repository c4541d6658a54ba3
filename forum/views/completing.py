"""Answers for the scripts of the box in which members write."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .. import completing
from ..models import Thread


@require_safe
@login_required
@cache_control(private=True, max_age=60)
def complete(request):
    """Complete `?title=`, or `?member=` with the thread in which one writes as `in`."""
    if "title" in request.GET:
        found = completing.titles(request.GET["title"])
    else:
        thread = _thread(request)
        typed = request.GET.get("member", "")
        found = completing.members(typed, reader=request.user, thread=thread)
    return JsonResponse({"items": [asdict(item) for item in found]})


@require_safe
@login_required
@cache_control(private=True, max_age=60)
def similar(request):
    """What there is already like `?title=`, as a piece of a page."""
    found = completing.similar(request.GET.get("title", ""), reader=request.user)
    return render(request, "forum/_similar.html", {"similar": found})


def _thread(request):
    number = request.GET.get("in", "")
    if not (number.isascii() and number.isdigit() and len(number) < 15):
        return None
    return Thread.objects.visible_to(request.user).filter(pk=number).first()
