"""Mails of Wagtail's workflow, posted through the queue like every other mail.

Wagtail renders and sends them within the request: a mail server that does not answer would hold
up whoever submits a page, or fail it. Here the same templates are rendered at once, in the
recipient's language, and the queue sends them. Frame and words: templates/wagtailadmin/notifications.
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override
from wagtail.admin import mail
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from portal.mail import post


class Posted:
    """Replaces the sending of a notifier of Wagtail's."""

    def send_emails(self, template_set, context, recipients, **kwargs):
        """Hand one mail for each recipient to the queue; return True, as Wagtail expects."""
        for recipient in recipients:
            told = {
                **context,
                "user": recipient,
                "site_name": settings.SITE_NAME,
                "site_url": settings.BASE_URL,
            }
            with override(recipient.wagtail_userprofile.get_preferred_language()):
                parts = {
                    name: render_to_string(template, told).strip()
                    for name, template in template_set.items()
                }
            message = EmailMultiAlternatives(
                subject=parts["subject"], body=parts["text"], to=[recipient.email]
            )
            message.attach_alternative(parts["html"], "text/html")
            post(message)
        return True


class PageSubmitted(Posted, mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    """To those who may approve."""


class WorkflowSubmitted(Posted, mail.WorkflowStateSubmissionEmailNotifier):
    """To administrators, where they want it."""


class WorkflowApproved(Posted, mail.WorkflowStateApprovalEmailNotifier):
    """To whoever submitted the page."""


class WorkflowRejected(Posted, mail.WorkflowStateRejectionEmailNotifier):
    """To whoever submitted the page, with the reason."""


# Kept here, because signals hold their receivers weakly.
NOTIFIERS = (
    (task_submitted, TaskState, "group_approval_task_submitted", PageSubmitted()),
    (workflow_submitted, WorkflowState, "workflow_state_submitted", WorkflowSubmitted()),
    (workflow_approved, WorkflowState, "workflow_state_approved", WorkflowApproved()),
    (workflow_rejected, WorkflowState, "workflow_state_rejected", WorkflowRejected()),
)


def post_instead():
    """Put ours in the place of Wagtail's; called once, when the app is ready."""
    for signal, sender, name, notifier in NOTIFIERS:
        uid = f"{name}_email_notification"
        signal.disconnect(sender=sender, dispatch_uid=uid)
        signal.connect(notifier, sender=sender, dispatch_uid=uid)
