"""Say of guidance that another replaces that it is superseded; undone by the column's going."""

from django.db import migrations


def say_superseded(apps, schema_editor):
    guidance = apps.get_model("catalog", "GuidancePage")
    replaced = guidance.objects.filter(live=True, supersedes__isnull=False).order_by()
    keys = list(replaced.values_list("supersedes", flat=True))
    resources = apps.get_model("catalog", "ResourcePage")
    for start in range(0, len(keys), 500):
        resources.objects.filter(pk__in=keys[start : start + 500]).update(is_superseded=True)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_series_and_superseded")]

    operations = [migrations.RunPython(say_superseded, migrations.RunPython.noop)]
