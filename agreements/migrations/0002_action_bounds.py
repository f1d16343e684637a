from django.db import migrations, models

from relations import dates


def derive(apps, schema_editor):
    """Fill the bounds of actions that are there already, date by date."""
    actions = apps.get_model("agreements", "AgreementAction").objects
    for text in actions.exclude(date="").order_by().values_list("date", flat=True).distinct():
        earliest, latest = dates.certain_bounds(text)
        actions.filter(date=text).update(earliest=earliest, latest=latest)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        migrations.AddField(
            "agreementaction", "earliest", models.DateField(editable=False, null=True)
        ),
        migrations.AddField(
            "agreementaction", "latest", models.DateField(editable=False, null=True)
        ),
        migrations.AddIndex(
            "agreementaction", models.Index(fields=["type", "latest"], name="action_type_latest")
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
