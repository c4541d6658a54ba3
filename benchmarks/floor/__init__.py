"""Two views with as little of Django around them as can be: what pages are measured against."""
