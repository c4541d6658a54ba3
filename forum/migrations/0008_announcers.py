"""Let editors and forum moderators start announcements."""

from django.db import migrations

GROUPS = ("Editors", "Forum moderators")


def allow(apps, schema_editor):
    """Permissions are made after all migrations, so this one is made here if missing."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    content_type, _ = ContentType.objects.get_or_create(app_label="forum", model="thread")
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type,
        codename="announce",
        defaults={"name": "Can start announcements"},
    )
    for group in Group.objects.filter(name__in=GROUPS):
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0007_polls_and_announcements"),
        ("wagtailcore", "0002_initial_data"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
