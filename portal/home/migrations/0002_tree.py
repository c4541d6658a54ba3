"""An empty site is a good site: home and the catalog stand from the start."""

from django.db import migrations

STARTING_POINTS = [
    (
        "training-officers",
        "I run training for my agency",
        "kind=course&kind=kit",
        "Courses and kits that other agencies use, in class or online, free or paid. Filter by who "
        "they are made for, then read what practitioners say before you decide. The forum is the "
        "place to ask what your peers offer and whether it is mandatory there.",
    ),
    (
        "account-holders",
        "I post for my agency",
        "audience=official-account-holders",
        "For people who speak for an agency on official accounts: how to write, how to answer, what "
        "the rules are. Begin with the guidance your own agency must follow, then pick one course "
        "you can take at your own pace.",
    ),
    (
        "leaders",
        "I lead a team: 15 minutes",
        "time=15",
        "Everything here takes a quarter of an hour or less. Read one, pass one on, and you know "
        "enough to decide what your team needs. Each listing says when an editor last checked it.",
    ),
    (
        "new-and-alone",
        "I’m new and on my own",
        "level=introductory&cost=free",
        "Free introductions that need no budget and no permission. Start with a short one, keep the "
        "guidance at hand, and ask the forum: many members began as the only person in their agency "
        "who did this.",
    ),
]


def plant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("home", "HomePage")
    StartingPoint = apps.get_model("home", "StartingPoint")
    ResourceIndexPage = apps.get_model("catalog", "ResourceIndexPage")

    Page._default_manager.filter(depth=2, slug="home").delete()
    locale = Locale._default_manager.first()
    home_type, _ = ContentType._default_manager.get_or_create(model="homepage", app_label="home")
    index_type, _ = ContentType._default_manager.get_or_create(
        model="resourceindexpage", app_label="catalog"
    )
    home = HomePage._default_manager.create(
        title="Home",
        draft_title="Home",
        slug="home",
        content_type=home_type,
        locale=locale,
        path="00010001",
        depth=2,
        numchild=1,
        url_path="/home/",
        show_in_menus=False,
    )
    Page._default_manager.filter(depth=1).update(numchild=1)
    ResourceIndexPage._default_manager.create(
        title="Resources",
        draft_title="Resources",
        slug="resources",
        content_type=index_type,
        locale=locale,
        path="000100010001",
        depth=3,
        numchild=0,
        url_path="/home/resources/",
        show_in_menus=True,
    )
    for order, (slug, label, query, introduction) in enumerate(STARTING_POINTS):
        StartingPoint._default_manager.create(
            page=home,
            sort_order=order,
            slug=slug,
            label=label,
            query=query,
            introduction=introduction,
        )
    Site._default_manager.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "port": 80},
    )


def uproot(apps, schema_editor):
    apps.get_model("wagtailcore", "Site")._default_manager.all().delete()
    apps.get_model("wagtailcore", "Page")._default_manager.filter(depth__gt=1).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("catalog", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(plant, uproot)]
