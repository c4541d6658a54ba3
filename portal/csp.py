"""The content security policy: strict for the site, relaxed below /admin/ alone.

Wagtail's admin needs inline scripts (date choosers, inline panels) and inline styles (the rich
text editor), and shows previews in a frame of its own. Nothing of the public site does.
"""

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware

ADMIN_PATH = "/admin/"
ADMIN_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}


class PolicyMiddleware(CSPMiddleware):
    """Give each answer the policy of its place, from CONTENT_SECURITY_POLICY or above."""

    def process_response(self, request, response):
        if request.path.startswith(ADMIN_PATH):
            # A preview is a page of the site, made with the site's policy, and stands in a frame.
            del response[HEADER]
            response._csp_config = ADMIN_POLICY
        return super().process_response(request, response)
