"""What the catalog tells the forum when a listing changes its standing.

The catalog may not import the forum. `forum.apps` appends functions to these lists in
`ready()`; every verb of the catalog that archives, supersedes or changes the kind of a
listing calls them inside its own transaction, with the listing as only argument.
"""

listeners = []


def on_change(function):
    """Register `function(resource)`; returns it, so that it can be used as a decorator."""
    if function not in listeners:
        listeners.append(function)
    return function


def announce(resource):
    """Tell every listener that `resource` is archived, superseded or of another kind now."""
    for listener in listeners:
        listener(resource)
