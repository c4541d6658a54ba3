"""A listing as Wagtail's own demo site makes it, over the same database: what to compare with."""
