"""Tell a post that a moderator should see first, by a few signals; all others appear at once.

Only posts that members send through the site are screened, never those of an import. A member
of a verified agency and a moderator are never held.
"""

import re
from datetime import timedelta
from hashlib import blake2b

from django.utils import timezone

from .mentions import look_up
from .models import Category, Post, SeenText
from .standing import is_newcomer, standing_of

# More members than these in one post are many.
MOST_MEMBERS = 5
# More posts than these within the span are a pace that nobody keeps up by hand.
MOST_AT_ONCE = 5
AT_ONCE = timedelta(minutes=5)
# So long a text is remembered; what is shorter than these letters ("Thank you!") is not.
TEXT_REMEMBERED = timedelta(days=7)
SHORTEST_TEXT = 60


def is_exempt(author):
    """Whether posts of `author` are never held."""
    return author.is_verified or Category.objects.moderated_by(author).exists()


def signals_of(*, author, text, resolved, now, is_from_a_program=False):
    """Return the signals (words of Post.Signal) for which a new post of `author` is held.

    `resolved` is what forum.mentions found in `text`; `is_from_a_program` that a field was filled
    in which people do not see. Call it inside the verb's transaction: a
    text that was not seen before is remembered.
    """
    if is_exempt(author):
        return ()
    signals = set(signals_of_content(author, resolved))
    if is_from_a_program:
        signals.add(Post.Signal.PROGRAM)
    if _is_repeated(text, now):
        signals.add(Post.Signal.REPEATED)
    lately = Post.objects.filter(author=author, created_at__gt=now - AT_ONCE)
    if lately[: MOST_AT_ONCE + 1].count() >= MOST_AT_ONCE:
        signals.add(Post.Signal.PACE)
    return tuple(signal for signal in Post.Signal.values if signal in signals)


def signals_of_content(author, resolved):
    """What a text by itself signals, whenever it is sent."""
    signals = []
    first = {Post.Signal.LINKS: has_links(resolved), Post.Signal.IMAGES: has_images(resolved)}
    if any(first.values()) and is_newcomer(standing_of(author)):
        signals += [signal for signal, is_there in first.items() if is_there]
    if len({user.pk for user in resolved.members.values()}) > MOST_MEMBERS:
        signals.append(Post.Signal.MENTIONS)
    return signals


def signals_of_change(*, author, before, text):
    """What a change of the public post `before` into `text` brings that would have been held."""
    if text == before.text or is_exempt(author):
        return []
    signals = signals_of_content(author, look_up(text, author))
    if not signals:
        return []
    had = signals_of_content(author, look_up(before.text, author))
    return [signal for signal in signals if signal not in had]


def has_links(resolved):
    """Whether a text leads to pages that are neither ours nor in the catalog."""
    return bool(resolved.outside)


def has_images(resolved):
    return "<img" in resolved.html


def signal_words(signals):
    """Say in words why a post is held; `signals` as Post.signals keeps them."""
    return [Post.Signal(signal).label for signal in signals.split()]


def digest_of(text):
    """A digest that stays the same through spacing, capital letters and punctuation.

    Return "" for a text too short to tell anything.
    """
    letters = "".join(re.findall(r"\w+", text.casefold()))
    if len(letters) < SHORTEST_TEXT:
        return ""
    return blake2b(letters.encode(), digest_size=16).hexdigest()


def _is_repeated(text, now):
    digest = digest_of(text)
    if not digest:
        return False
    if SeenText.objects.filter(digest=digest, created_at__gt=now - TEXT_REMEMBERED).exists():
        return True
    SeenText.objects.create(digest=digest, created_at=now)
    return False


def forget_texts(now=None):
    """Delete the texts that were seen too long ago; a job of the clock."""
    now = now or timezone.now()
    return SeenText.objects.filter(created_at__lte=now - TEXT_REMEMBERED).delete()[0]
