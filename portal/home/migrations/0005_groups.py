"""Editors keep the catalog, moderators keep the forum; each may do what that takes."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

EVERYTHING = ("add", "change", "delete", "view")
# Group: {app: {model: codenames without the model's name}}.
PERMISSIONS = {
    "Editors": {
        "catalog": {
            "resourcepage": EVERYTHING,
            "topic": EVERYTHING,
            "provider": EVERYTHING,
            "platform": EVERYTHING,
            "tag": EVERYTHING,
            "suggestion": ("change", "view"),
        },
        "home": {"contactmessage": ("change", "view")},
        "portal_search": {"synonym": EVERYTHING},
        "wagtailredirects": {"redirect": EVERYTHING},
        "wagtailsearchpromotions": {"searchpromotion": EVERYTHING},
    },
    # Made by the forum with its own rights; they also read what comes by the contact form.
    "Forum moderators": {
        "forum": {"category": ("view",)},
        "home": {"contactmessage": ("change", "view")},
    },
}
# What the editors' group may do with pages, below home and nowhere else.
PAGES = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
FILES = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}


def appoint(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    Collection = apps.get_model("wagtailcore", "Collection")
    HomePage = apps.get_model("home", "HomePage")
    PagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    CollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")

    # Permissions are made after all migrations; here they are needed now.
    labels = {label for models in PERMISSIONS.values() for label in models}
    for label in sorted(labels | {*FILES, "wagtailcore"}):
        create_permissions(installed.get_app_config(label), apps=apps, verbosity=0)

    def permission(app, codename):
        return Permission._default_manager.get(content_type__app_label=app, codename=codename)

    for name, models in PERMISSIONS.items():
        group, _ = Group._default_manager.get_or_create(name=name)
        group.permissions.add(permission("wagtailadmin", "access_admin"))
        for app, codenames in models.items():
            for model, actions in codenames.items():
                for action in actions:
                    group.permissions.add(permission(app, f"{action}_{model}"))

    # Wagtail's own first migration makes two groups with rights on every page.
    Group._default_manager.filter(name="Moderators", user__isnull=True).delete()
    editors = Group._default_manager.get(name="Editors")
    PagePermission._default_manager.filter(group=editors).delete()
    CollectionPermission._default_manager.filter(group__name__in=PERMISSIONS).delete()
    home = HomePage._default_manager.first()
    for action in PAGES if home else ():
        PagePermission._default_manager.create(
            group=editors, page_id=home.pk, permission=permission("wagtailcore", f"{action}_page")
        )
    for app, codenames in FILES.items():
        for codename in codenames:
            CollectionPermission._default_manager.create(
                group=editors,
                collection=Collection._default_manager.get(depth=1),
                permission=permission(app, codename),
            )
    # Wagtail lets its moderators approve pages; here editors publish.
    apps.get_model("wagtailcore", "WorkflowPage")._default_manager.all().delete()
    apps.get_model("wagtailcore", "Workflow")._default_manager.update(active=False)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_pages"),
        ("catalog", "0002_vocabularies"),
        ("forum", "0003_moderators"),
        ("portal_search", "0002_synonyms_and_query_log"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtailsearchpromotions", "0008_query_verbose_name"),
    ]
    operations = [migrations.RunPython(appoint, migrations.RunPython.noop)]
