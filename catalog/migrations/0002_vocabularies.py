from django.db import migrations

AUDIENCES = [
    ("all-staff", "all staff"),
    ("official-account-holders", "official account holders"),
    ("communications", "communications"),
    ("leadership", "leadership"),
    ("hr", "HR"),
    ("it", "IT"),
    ("legal-and-records", "legal and records"),
]
LEVELS = [
    ("federal", "federal"),
    ("state", "state"),
    ("county", "county"),
    ("city", "city"),
    ("tribal", "tribal"),
    ("territory", "territory"),
    ("school-district", "school district"),
    ("special-district", "special district"),
    ("international", "international"),
    ("other", "other"),
]


def fill(apps, schema_editor):
    for model, rows in (("Audience", AUDIENCES), ("GovernmentLevel", LEVELS)):
        manager = apps.get_model("catalog", model)._default_manager
        for position, (slug, name) in enumerate(rows, start=1):
            manager.update_or_create(slug=slug, defaults={"name": name, "position": position})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
