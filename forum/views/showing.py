"""Show the forms of the forum, again and again: with errors, a preview, a saved draft.

Every way in which a form is sent and nothing is posted ends here.
"""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from portal.client_address import client_address
from portal.stale_forms import as_typed

from .. import drafts, poll_forms
from ..completing import similar
from ..forms import ReplyForm
from ..limits import KEPT_TEXTS, LIVE_PREVIEWS, PREVIEWS, SAVES, refusal_of
from ..mentions import look_up
from ..posting import clean_text, clean_title
from ..sanctions import silence_words
from .attaching import answer_of, asks_for_json

THREAD_FIELDS = ("title", "kind", "category", "text", "topics")
KEPT_FIELDS = (*THREAD_FIELDS, "takes_replies", *poll_forms.NAMES)


def show_after_stale_token(request, name, form, **context):
    return show(request, name, as_typed(form).for_next_try(), status=403, **context)


def show(request, name, form, *, status=200, **context):
    """Answer with the page of one form, also when it comes back."""
    context |= {"form": form, "writes": name}
    if kept := context.get("kept"):
        context["saved_words"] = drafts.saved_words(kept.at, request.user)
    if "post" in context:
        context["thread"] = context["post"].thread
    context["crumbs"] = crumbs(context.get("thread"))
    return render(request, f"forum/{name}.html", context, status=status)


def show_again(request, name, form, *, place, **context):
    """Answer with a form that was not posted, and save it as a draft besides."""
    saved = _save(request, form, place)
    return show(request, name, form.for_next_try(), kept=saved, **context)


def show_kept_or_refuse(request, thread, kept):
    """Where nobody may write any more: what was kept, to be copied, else 403."""
    if not thread.takes_replies:
        words = _("This thread is closed. It can be read, not answered.")
    else:
        words = silence_words(request.user) or _("You may read in this category, but not write.")
    if kept is None:
        raise PermissionDenied(words)
    form = ReplyForm({"text": kept.fields.get("text", "")}, writer=request.user)
    form.forget_errors()
    form.add_error(None, f"{words} {_('Your text is below.')}")
    return show(request, "reply", form.for_next_try(), thread=thread, kept=kept)


def instead_of_posting(request, name, form, *, place, back, **context):
    """Do what another button than Post asks for and answer; None where it was Post."""
    if "attach_image" in request.POST and asks_for_json(request):
        return answer_of(form)
    if "preview" in request.POST and asks_for_json(request):
        return _live_preview(request, form)
    if "preview" in request.POST:
        return _preview(request, name, form, place=place, **context)
    if "save_draft" in request.POST:
        return _save_and_answer(request, name, form, place=place, **context)
    if "discard_draft" in request.POST:
        drafts.forget(request, place)
        messages.success(request, _("The draft is gone."))
        return redirect(back)
    return None


def _save_and_answer(request, name, form, *, place, **context):
    """Save the draft; a script gets the time as JSON, a person the form again."""
    said = refusal_of(SAVES, request.user)
    if drafts.read_writer(form.data.get("writer", "")) not in {None, request.user.pk}:
        # Opened under another name: his text is not to land among the drafts of this member.
        said = _("Somebody else is logged in now, so nothing was saved.")
    saved = None if said else _save(request, form, place)
    if asks_for_json(request):
        answer = {"at": saved.at.isoformat() if saved else None, "said": said}
        return JsonResponse(answer, status=409 if said else 200)
    form.forget_errors()
    if said:
        form.add_error(None, said)
    return show(request, name, form.for_next_try(), kept=saved, is_saved=True, **context)


def _save(request, form, place):
    """Save what stands in the form; return it as kept, or None where it says nothing."""
    form.is_valid()
    draft = drafts.save(
        user=request.user,
        place=place,
        fields=_typed(form.data),
        submission_key=form.cleaned_data.get("submission_key"),
    )
    return drafts.Kept(fields=draft.fields, at=draft.updated_at) if draft else None


def _typed(data):
    """The fields worth keeping, as they were typed."""
    return {
        name: data.getlist(name) if name == "topics" else data[name]
        for name in KEPT_FIELDS
        if name in data
    }


def _live_preview(request, form):
    """What the text looks like, for the script that shows it while one writes."""
    if said := refusal_of(LIVE_PREVIEWS, request.user, keeps_text=False):
        return JsonResponse({"html": "", "said": said}, status=409)
    text = clean_text(form.data.get("text", ""))
    return JsonResponse({"html": look_up(text, request.user).html, "said": ""})


def _preview(request, name, form, *, place, **context):
    saved = _save(request, form, place)
    # Only what stands in the text matters now; the rest is asked for when it is posted.
    form.forget_errors()
    said = refusal_of(PREVIEWS, request.user)
    if said:
        form.add_error(None, said)
    else:
        text = clean_text(form.data.get("text", ""))
        context["preview_html"] = mark_safe(look_up(text, request.user).html)  # noqa: S308 - sanitised
        title = clean_title(form.data.get("title", ""))
        context["preview_title"] = title
        if name == "new":
            context["preview_poll"] = form.poll.preview
            context["similar"] = similar(title, reader=request.user)
    return show(request, name, form.for_next_try(), is_preview=True, kept=saved, **context)


def keep_and_log_in(request, place):
    """Keep the text of a form that nobody was logged in for, and ask to log in."""
    is_kept = KEPT_TEXTS.take(client_address(request))
    if is_kept:
        writer = drafts.read_writer(request.POST.get("writer", ""))
        drafts.keep(request, place, _typed(request.POST), writer)
    if asks_for_json(request):
        said = _("You are logged out. Your text is kept in this browser: log in to go on.")
        return JsonResponse({"at": None, "said": said if is_kept else ""}, status=401)
    if is_kept:
        messages.info(request, _("What you wrote is kept. Log in and it stands in the form again."))
        if "image" in request.FILES:
            messages.warning(request, _("The image is not: please choose it again then."))
    return redirect_to_login(request.get_full_path())


def crumbs(thread=None):
    if thread:
        return [*thread.category.trail(), (thread.title, thread.get_absolute_url())]
    return [(_("Forum"), reverse("forum:index"))]
