"""Bringing conversations in from a former forum (docs/importing-forum.md).

`importing` holds the two verbs. `wxr` and `bbpress` read an export of WordPress, `transcript`
the copied text of a page; both make a `talk.Talk`, which `writing` writes with the verbs of the
forum, all of it or nothing. `people` and `places` find or make whom and where; `claiming` gives
what stands under a placeholder's name to the member who wrote it.
"""
