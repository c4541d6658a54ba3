"""From the items of a WordPress export to conversations: what bbPress means by them."""

import re
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Category
from .addresses import by_number, former_path, of_reply, post_number
from .bodies import to_markdown
from .talk import Person, Place, Said, Talk

ACCESS = Category.Access
# Who could read a forum of that status; any other status: moderators alone.
FORUM_ACCESS = {"publish": ACCESS.EVERYONE, "closed": ACCESS.EVERYONE, "private": ACCESS.MEMBERS}
SHOWN = {"publish", "closed"}
# Waiting for a moderator, or seen by few: moderators decide here.
KEPT_BACK = {"pending", "private", "hidden"}
DEEPEST = 20


def read_talks(export, report):
    """Return the Talks of an Export, the oldest first; what is left out goes into `report`."""
    return _Reader(export, report).talks()


class _Reader:
    def __init__(self, export, report):
        self.export, self.report = export, report
        self.forums = self._of_type("forum")
        self.topics = self._of_type("topic")
        self.stickies = {
            number
            for forum in self.forums.values()
            for number in re.findall(r"i:\d+;i:(\d+);", forum.meta.get("_bbp_sticky_topics", ""))
        }
        self.replies = {}  # number of the topic → replies in order
        self.places = {}
        self.links = {}  # number or former path → where a link to it leads

    def talks(self):
        topics = [topic for topic in self.topics.values() if self._is_wanted(topic)]
        wanted = {topic.id for topic in topics}
        for reply in self._of_type("reply").values():
            topic = reply.meta.get("_bbp_topic_id") or reply.parent
            if topic not in self.topics:
                self._skip(reply, _("Its topic is not in the file."))
            elif topic not in wanted:
                self._skip(reply, _("Its topic was left out."))
            elif self._is_wanted(reply):
                self.replies.setdefault(topic, []).append(reply)
        for topic in topics:
            self.replies.setdefault(topic.id, []).sort(key=_order)
            for item in (topic, *self.replies[topic.id]):
                self._know(item)
        topics.sort(key=_order)
        if self.export.others["attachment"]:
            count = self.export.others["attachment"]
            self.report.remark(
                "note",
                ngettext(
                    "%(count)s attached file is not part of the export.",
                    "%(count)s attached files are not part of the export.",
                    count,
                )
                % {"count": count},
            )
        return [self._talk(topic) for topic in topics]

    def _of_type(self, kind):
        return {item.id: item for item in self.export.items if item.type == kind and item.id}

    def _is_wanted(self, item):
        if item.password:
            self._skip(item, _("It was protected by a password."))
        elif item.status not in SHOWN | KEPT_BACK:
            self._skip(item, _("Its status was “%(status)s”.") % {"status": item.status or "–"})
        else:
            return True
        return False

    def _skip(self, item, why):
        if item.type == "topic":
            self.report.threads["skipped"] += 1
        else:
            self.report.made["skipped replies"] += 1
        self.report.remark("skipped", why, source_id=item.id, title=item.title)

    def _know(self, item):
        """Remember where a link to `item` leads on this site."""
        path = self._path(item)
        self.links[item.id] = self.links[path] = path

    def _path(self, item):
        """The former address of a topic or reply without parameters."""
        path = former_path(item.link)
        if path and path != "/" and "?" not in path:
            return path
        root = f"{self.export.base}forums/"
        return (
            f"{root}topic/{item.slug or item.id}/"
            if item.type == "topic"
            else of_reply(root, item.id)
        )

    def _talk(self, topic):
        path = self._path(topic)
        root = path.partition("topic/")[0] if "topic/" in path else f"{self.export.base}forums/"
        talk = Talk(
            title=topic.title,
            posts=[],
            paths=[path],
            places=self._places(topic.parent or topic.meta.get("_bbp_forum_id", "")),
            tags=topic.tags,
            source_id=topic.id,
            is_locked=topic.status == "closed" or topic.meta.get("_bbp_status") == "closed",
            is_pinned=topic.is_sticky or topic.id in self.stickies,
            is_hidden=topic.status in KEPT_BACK,
        )
        if talk.is_hidden:
            talk.notes.append(
                _("Its status was “%(status)s”: it is hidden here until a moderator restores it.")
                % {"status": topic.status}
            )
        for item in (topic, *self.replies[topic.id]):
            talk.posts.append(self._said(item, talk, root))
        return talk

    def _said(self, item, talk, root):
        paths = [by_number(self.export.base, item.id)]
        if item.type == "reply":
            paths += dict.fromkeys([self._path(item), of_reply(root, item.id)])
        is_held = item.type == "reply" and item.status in KEPT_BACK
        if is_held:
            said = {"number": item.id, "status": item.status}
            talk.notes.append(
                _("Reply #%(number)s was “%(status)s” and waits for a moderator here.") % said
            )
        text = to_markdown(item.text, self._rewrite)
        if not text:
            talk.notes.append(_("Post #%(number)s held no text.") % {"number": item.id})
        return Said(
            number=item.id,
            person=self._person(item),
            text=text,
            at=self._at(item, talk),
            paths=paths,
            answers=item.meta.get("_bbp_reply_to", ""),
            is_held=is_held,
        )

    def _at(self, item, talk):
        if item.at:
            return item.at
        talk.notes.append(_("Post #%(number)s has no date.") % {"number": item.id})
        return talk.posts[-1].at if talk.posts else timezone.now()

    def _person(self, item):
        login = item.login
        if login:
            return self.export.authors.get(login) or Person(name=login, login=login)
        name = item.meta.get("_bbp_anonymous_name", "").strip()
        return Person(name=name or _("Guest of the former site"))

    def _rewrite(self, address):
        """Lead a link to a post or topic of this export to where it redirects from."""
        try:
            host = (urlsplit(address).hostname or "").removeprefix("www.")
        except ValueError:
            return address
        if host != self.export.host:
            return address
        path = former_path(address)
        by_parameter = path.partition("?p=")[2]
        return (
            self.links.get(post_number(address))
            or self.links.get(path)
            or self.links.get(by_parameter)
            or address
        )

    def _places(self, forum_id):
        """The way to a forum from the top; empty where the file does not hold the forum."""
        way, forum = [], self.forums.get(forum_id)
        while forum and forum.id not in {item.id for item in way} and len(way) < DEEPEST:
            way.insert(0, forum)
            forum = self.forums.get(forum.parent)
        return [self._place(item) for item in way]

    def _place(self, forum):
        if forum.id not in self.places:
            path = former_path(forum.link)
            self.places[forum.id] = Place(
                name=forum.title or forum.slug or forum.id,
                slug=forum.slug,
                path=path if path != "/" and "?" not in path else "",
                access=FORUM_ACCESS.get(forum.status, ACCESS.GROUPS),
                is_closed="closed" in {forum.status, forum.meta.get("_bbp_status")},
            )
        return self.places[forum.id]


def _order(item):
    """Order by date, then by number."""
    number = int(item.id) if item.id.isascii() and item.id.isdigit() and len(item.id) < 19 else 0
    return (item.at is None, item.at.timestamp() if item.at else 0, number)
