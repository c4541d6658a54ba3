"""Names that are likely meant as one: another case, a plural, a slip of the keyboard."""

import re
from collections import defaultdict
from itertools import combinations

# Shorter words differ in one sign without being slips: "map" and "tap".
SHORTEST_FOR_A_SLIP = 5
SHORTEST_FOR_TWO = 9


def near_doubles(names):
    """Return sets of keys that belong together, from {key: name}; the largest sets first."""
    found = defaultdict(set)
    leaders = {key: key for key in names}

    def leader(key):
        while leaders[key] != key:
            leaders[key] = leaders[leaders[key]]
            key = leaders[key]
        return key

    for one, other in pairs(names):
        leaders[leader(other)] = leader(one)
    for key in names:
        found[leader(key)].add(key)
    sets = [keys for keys in found.values() if len(keys) > 1]
    return sorted(sets, key=lambda keys: (-len(keys), min(names[key].casefold() for key in keys)))


def pairs(names):
    """Yield (key, other key) of names that are likely meant as one."""
    plain, buckets = {}, defaultdict(list)
    for key, name in names.items():
        plain[key] = singular(name)
        # Two words one or two slips apart have a common rest when a sign is left out of each.
        for rest in rests(plain[key]):
            buckets[rest].append(key)
    seen = set()
    for keys in buckets.values():
        for one, other in combinations(keys, 2):
            if (one, other) not in seen:
                seen.add((one, other))
                if are_near(plain[one], plain[other]):
                    yield one, other


def singular(name):
    """Return a name in small letters, without what stands between words, each word singular."""
    # "C++" and "C#" are two: signs count, but for those that join or part words.
    words = re.split(r"[\s_.,;:'’/&()-]+", name.casefold())
    return "".join(_singular(word) for word in words if word)


def _singular(word):
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def rests(word):
    """Return the word, and what is left of it when one sign is missing."""
    found = {word}
    if len(word) >= SHORTEST_FOR_A_SLIP - 1:
        found.update(word[:place] + word[place + 1 :] for place in range(len(word)))
    return found


def are_near(one, other):
    """Whether two words in the spelling of `singular` are likely the same."""
    if one == other:
        return True
    # A number tells things apart: "web 2" is not "web 3".
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    shortest = min(len(one), len(other))
    if shortest < SHORTEST_FOR_A_SLIP:
        return False
    return slips(one, other) <= (2 if shortest >= SHORTEST_FOR_TWO else 1)


def slips(one, other):
    """Return how many signs are missing, too many, wrong or swapped between two words."""
    before, last = None, list(range(len(other) + 1))
    for row, sign in enumerate(one, start=1):
        now = [row]
        for column, opposite in enumerate(other, start=1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (sign != opposite))
            is_swapped = (
                row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == opposite
            )
            if is_swapped:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
