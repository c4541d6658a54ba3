"""The pages that every site of this kind needs, with real text an editor can change."""

from datetime import timezone as tz
from datetime import datetime

from django.db import migrations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

PAGES = [
    (
        "about",
        "About",
        "A catalog of training for people who work in public service, and a forum of the people "
        "who use it. Both are one thing: every listing shows what practitioners say about it, and "
        "every conversation shows the resources it mentions.",
        """
<h2>What you find here</h2>
<p>The <a href="/resources/">catalog</a> lists four kinds of resources: courses to learn from,
webinars held at one time, guidance to follow, and kits of materials to reuse. Each listing says
what is known and nothing else. Where nobody states the cost or the time needed, it says “not
stated”.</p>
<p>The <a href="/forum/">forum</a> is where people of many agencies ask each other what works:
what training they offer, what is mandatory, what was worth the money. Everybody may read.
Members write under a name they choose.</p>
<h2>Who it is for</h2>
<ul>
<li>people who organize training for an agency and look for what others use,</li>
<li>people who speak for an agency on its official accounts,</li>
<li>people who lead a team and have a quarter of an hour,</li>
<li>people who are new and on their own in their agency.</li>
</ul>
<p>Federal, state, county, city, tribal and territorial government, school and special districts
and international organizations are all welcome, and so is everybody who helps them.</p>
<h2>What this site is not</h2>
<p>It is not an official publication of any government. A listing is not an endorsement, and what
members write is their own view, not their agency's. Nobody pays to be listed.</p>
<h2>How to take part</h2>
<ul>
<li><a href="/forum/new/">Ask a question</a>: you need no answer of your own first.</li>
<li><a href="/suggest/">Suggest a resource</a>: an editor looks at each one.</li>
<li><a href="/contact/">Write to us</a> about anything else.</li>
</ul>
""",
    ),
    (
        "how-listings-are-chosen",
        "How listings are chosen",
        "Editors choose by usefulness to people in public service. Nobody pays to be listed, and "
        "nobody pays to stand higher.",
        """
<h2>What is listed</h2>
<ul>
<li>It helps people in public service do their work: it teaches, guides or can be reused.</li>
<li>It has a named provider, and a page of its own that can be reached.</li>
<li>Its own text says enough to describe it in two sentences without praise.</li>
<li>People in government can get it, whether free or paid. The listing says which.</li>
</ul>
<h2>What is not</h2>
<ul>
<li>Advertising, products without training, and pages whose main purpose is to collect contact
details. Where a provider asks for contact details, the listing says so.</li>
<li>Material that cannot be used without breaking somebody's rights.</li>
<li>What nobody can reach any more. It is archived, not deleted: its page keeps its address and
says since when.</li>
</ul>
<h2>What a listing says</h2>
<p>Only what its provider states, or what an editor has seen. A fact nobody stated is “not
stated”; it is never guessed. “Required somewhere” always cites the rule: who requires it, of
whom, and where that is written.</p>
<p>Who offers it stands on every listing with its kind: an agency, other government, a contractor,
a vendor, a university or a nonprofit. Listings of vendors carry a disclosure.</p>
<h2>Checking</h2>
<p>“Checked by an editor 12 days ago” means that a person opened the resource on that day and
found the listing right. The home page counts how many were checked this month.</p>
<h2>Order</h2>
<p>Lists are in the order you choose: relevance, soonest, newest or title. Nothing is promoted.
What practitioners say stands below the facts and changes none of them.</p>
<h2>Something is wrong or missing</h2>
<p><a href="/suggest/">Suggest a resource</a> or <a href="/contact/">tell us what is wrong</a>.
Providers are welcome to do both; the same rules hold for them.</p>
""",
    ),
    (
        "rules",
        "Community rules",
        "Write as you would speak to a colleague from another agency whose work you respect. These "
        "rules hold for everybody, whatever their rank or employer.",
        """
<h2>Before you post</h2>
<ul>
<li><b>This is public.</b> Do not post personal, confidential or classified information, of yours
or of others. What you write may be a public record of your agency.</li>
<li><b>Speak for yourself.</b> What you write is your own view. If you speak for an agency or a
company, say so.</li>
<li><b>Say if you sell it.</b> Vendors and contractors are welcome to answer questions. Name your
interest in each post about your own product, and start no conversation to advertise it.</li>
</ul>
<h2>While you post</h2>
<ul>
<li><b>Answer the question that was asked.</b> What your agency does, what it cost and what you
would do differently helps more than advice in general.</li>
<li><b>Criticize work, not people.</b> No insults, no harassment, no contempt for groups of
people.</li>
<li><b>Stay with the work of public service.</b> This is no place for party politics or
campaigning. The rules about political activity of public employees hold here, too.</li>
<li><b>Say where it is from.</b> Quote briefly and link. Post nothing that you have no right to
publish.</li>
<li><b>One account each.</b> Choose any name that does not pass for somebody else.</li>
</ul>
<h2>What moderators do</h2>
<p>Moderators may move, close, hide or split what breaks these rules. Something hidden leaves a
line that says so and why; nothing disappears without a trace. For repeated or serious breaches an
account may be suspended for a time or closed.</p>
<p>Moderators do not decide who is right. Disagreement, also with an agency's policy, is no reason
to hide a post.</p>
<h2>If something is wrong</h2>
<p>Report a post, or write to us through the <a href="/contact/">contact form</a>; no account is
needed. If a decision concerned you and you think it mistaken, say so there: somebody who did not
make it will look at it.</p>
""",
    ),
    (
        "accessibility",
        "Accessibility",
        "Everybody who works in public service should be able to use this site, whatever they read "
        "it with. If you meet a barrier, tell us: it is our mistake, not yours.",
        """
<h2>Report a barrier</h2>
<p>Use the <a href="/contact/?about=barrier">contact form</a> and choose “A barrier to access”.
Three things help us: the address of the page, what you wanted to do, and what you read it with
(for example a screen reader, magnification or the keyboard alone). You need no account. If you
leave an address, we answer with what we will do; and if you need the content in another form, we
send it.</p>
<h2>What we aim for</h2>
<p>The Web Content Accessibility Guidelines (WCAG) 2.2, level AA. That is also more than what
Section 508 asks of federal agencies in the United States.</p>
<h2>What we do for it</h2>
<ul>
<li>Everything works with the keyboard alone, without JavaScript, at 400 percent zoom and on a
phone.</li>
<li>Colors have enough contrast in the light and in the dark form, and none says anything that
words do not say.</li>
<li>Nothing moves by itself, and no time runs out while you write. A form that comes back holds
what you had typed.</li>
<li>Each change is tested by program on every kind of page, and by people with the keyboard.</li>
</ul>
<h2>What we do not control</h2>
<p>The resources in the catalog belong to others. Each listing says, where it is stated, whether
there are captions and a transcript, and links to the provider's report on accessibility. “Not
stated” means that we do not know. If a resource shuts you out, tell its provider, and tell us so
that we can say it in the listing.</p>
<p>Members write posts in their own words. We ask them to describe what a link leads to.</p>
""",
    ),
    (
        "privacy",
        "Privacy",
        "We keep what the site needs to work, show the public what you publish and nothing else, "
        "and give nothing to advertisers, because there are none.",
        """
<h2>If you only read</h2>
<p>You need no account, and no cookie is set for reading. No page asks another company's server
for anything: no counters, no fonts, no videos, no buttons of social networks.</p>
<p>What people search for is counted by day without who searched, and deleted after 90 days.
Searches that look like an address or a telephone number are not kept at all. Whoever hosts this
site may keep the usual log of requests to protect it.</p>
<h2>If you join</h2>
<ul>
<li><b>Public:</b> your display name, the name in your page's address, the month you joined, what
you write about yourself and what you post.</li>
<li><b>Public only as you choose:</b> your agency, when a confirmed address shows it: by kind
(“county government”, as it is at first), by name, or not at all.</li>
<li><b>Never public:</b> your e-mail address, your time zone, where you are logged in.</li>
</ul>
<p>Your password is kept as a hash that nobody can read. For each device on which you are logged
in we keep its browser and network address, so that you can see and end those logins. One cookie
keeps you logged in and one protects forms.</p>
<p>An account whose address was never confirmed is deleted after two weeks.</p>
<h2>What you write</h2>
<p>Posts are public and may be copied by others. If you edit one, earlier versions are kept. What
you write in the course of your duties may be a public record under the law that holds for your
agency, and may be released when somebody asks for it.</p>
<h2>Mail</h2>
<p>We send mail that you ask for (codes) and mail about the security of your account. Mails hold
no pictures that report back, and no link in them does anything but open a page.</p>
<h2>Messages through the contact form</h2>
<p>They are read by the administrators and kept until they are dealt with.</p>
<h2>Your rights</h2>
<p>You can see and change what we keep about you in your settings. To get a copy of it or to leave,
use the <a href="/contact/?about=privacy">contact form</a>. When you leave, your name and address
are removed; what you posted stays under “former member” unless you ask for more.</p>
""",
    ),
]


def plant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("home", "HomePage")
    Page = apps.get_model("wagtailcore", "Page")
    StandardPage = apps.get_model("home", "StandardPage")
    SiteSettings = apps.get_model("home", "SiteSettings")

    if not SiteSettings._default_manager.exists():
        SiteSettings._default_manager.create()
    home = HomePage._default_manager.first()
    if home is None:
        return
    below = Page._default_manager.filter(path__startswith=home.path, depth=home.depth + 1)
    taken = set(below.values_list("slug", flat=True))
    kind, _ = ContentType._default_manager.get_or_create(app_label="home", model="standardpage")
    now = datetime.now(tz.utc)
    for slug, title, introduction, body in PAGES:
        if slug in taken:
            continue
        last = below.order_by("-path").values_list("path", flat=True).first()
        StandardPage._default_manager.create(
            title=title,
            draft_title=title,
            slug=slug,
            introduction=introduction,
            body=" ".join(body.split()),
            content_type=kind,
            locale_id=home.locale_id,
            path=next_path(last, home.path),
            depth=home.depth + 1,
            numchild=0,
            url_path=f"{home.url_path}{slug}/",
            live=True,
            first_published_at=now,
            last_published_at=now,
        )
    Page._default_manager.filter(pk=home.pk).update(numchild=below.count())


def next_path(last, parent):
    """Return the path after `last`, the last child of `parent`: four digits of base 36 a level."""
    number = int(last[-4:], 36) + 1 if last else 1
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return parent + digits


def uproot(apps, schema_editor):
    HomePage = apps.get_model("home", "HomePage")
    Page = apps.get_model("wagtailcore", "Page")
    StandardPage = apps.get_model("home", "StandardPage")
    home = HomePage._default_manager.first()
    if home is None:
        return
    below = Page._default_manager.filter(path__startswith=home.path, depth=home.depth + 1)
    ours = below.filter(slug__in=[page[0] for page in PAGES]).values_list("pk", flat=True)
    StandardPage._default_manager.filter(pk__in=list(ours)).delete()
    Page._default_manager.filter(pk=home.pk).update(numchild=below.count())


class Migration(migrations.Migration):
    dependencies = [("home", "0003_no_footer_note")]
    operations = [migrations.RunPython(plant, uproot)]
