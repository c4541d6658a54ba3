"""What every template may use."""

from django.conf import settings


def site(request):
    """Give the product's name and whether this is the demonstration. No query is made."""
    return {
        "site_name": settings.SITE_NAME,
        # Wagtail's dashboard sets `site_name` to the name of its Site record.
        "product_name": settings.SITE_NAME,
        "demo": settings.DEMO,
    }
