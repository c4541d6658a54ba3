"""Make the group of people who moderate the whole forum."""

from django.db import migrations

PERMISSIONS = [
    ("wagtailadmin", "access_admin"),
    ("forum", "moderate_post"),
    ("forum", "view_post"),
    ("forum", "view_thread"),
]


def make_group(apps, schema_editor):
    """Permissions are made after all migrations, so the ones needed are made here if missing."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    models = {
        "access_admin": "admin",
        "moderate_post": "post",
        "view_post": "post",
        "view_thread": "thread",
    }
    names = {
        "access_admin": "Can access Wagtail admin",
        "moderate_post": "Can moderate every category",
        "view_post": "Can view post",
        "view_thread": "Can view thread",
    }
    group, _ = Group.objects.get_or_create(name="Forum moderators")
    for app, codename in PERMISSIONS:
        content_type, _ = ContentType.objects.get_or_create(app_label=app, model=models[codename])
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": names[codename]}
        )
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0002_mentions_and_history"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
