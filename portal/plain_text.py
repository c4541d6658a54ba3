"""What people type, made safe to store before any form looks at it."""


def without_nul(data):
    """Return a copy of a QueryDict without the NUL character, which no database takes.

    None (an unbound form) and files pass through unchanged.
    """
    if not data:
        return data
    clean = data.copy()
    for name, values in clean.lists():
        if any("\x00" in value for value in values if isinstance(value, str)):
            clean.setlist(
                name,
                [v.replace("\x00", "") if isinstance(v, str) else v for v in values],
            )
    return clean
