"""What an editor does from a listing's public page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import curation
from ..models import ResourcePage


@require_POST
@login_required
def reviewed(request, slug):
    """Record that the listing was looked at today, and return to it."""
    resource = get_object_or_404(ResourcePage.objects.visible_to(request.user), slug=slug)
    if not resource.specific_deferred.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    curation.mark_reviewed(resource=resource, user=request.user)
    messages.success(request, _("Thank you. The listing says that it was checked today."))
    return redirect(resource.get_absolute_url())
