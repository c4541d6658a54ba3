"""What the catalog tells the forum: of listings that change their standing, and of terms.

The catalog may not import the forum. `forum.apps` appends functions to these lists in
`ready()`; every verb of the catalog that archives, supersedes or changes the kind of a
listing, and every verb of its vocabulary, calls them inside its own transaction.
"""

listeners = []
term_listeners = []


def on_change(function):
    """Register `function(resource)`; returns it, so that it can be used as a decorator."""
    if function not in listeners:
        listeners.append(function)
    return function


def announce(resource):
    """Tell every listener that `resource` is archived, superseded or of another kind now."""
    for listener in listeners:
        listener(resource)


def on_term_change(function):
    """Register `function(old, new)`; returns it, so that it can be used as a decorator."""
    if function not in term_listeners:
        term_listeners.append(function)
    return function


def announce_term(old, new):
    """Tell every listener that what has the tag or topic `old` is to have `new`.

    A tag and a tag, or a topic and a topic: `old` will be deleted. A tag and a topic: what has
    the tag gets the topic, too. The same row twice: it has another name.
    """
    for listener in term_listeners:
        listener(old, new)
