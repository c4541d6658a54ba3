"""Listings in Wagtail's admin: lists, what is done to many at once, changes of kind, reports."""
