from django.contrib.auth.management import create_permissions
from django.db import migrations

LOOK = ["view"]
WRITE = ["view", "add", "change"]
ALL = [*WRITE, "delete"]

# A permission on records holds for records of every kind, with the parts of their own, whichever app brings them.
EDITOR = {
    "record": ALL,  # what was published is never deleted, whoever asks
    "citation": ALL,
    "organization": WRITE,
    "person": WRITE,
    "place": WRITE,
    "project": WRITE,
    "entity": LOOK,
    "membership": ALL,
    "tenure": ALL,
    "source": WRITE,
    "country": LOOK,
    "relation": LOOK,
    "topic": LOOK,
    "change": LOOK,
    "formeraddress": LOOK,
    "report": LOOK,
}
REVIEWER = {
    **EDITOR,
    "record": [*ALL, "publish", "revise", "withdraw"],
    "report": ["view", "change"],
}
GROUPS = {"Editor": EDITOR, "Reviewer": REVIEWER}
OURS = ["publish_record", "revise_record", "withdraw_record"]


def _permissions(apps, database, granted):
    names = [f"{action}_{model}" for model, actions in granted.items() for action in actions]
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    return permissions.filter(content_type__app_label="relations", codename__in=names)


def make(apps, schema_editor):
    """Make the groups, or give those that are there by these names the same permissions beside what they have."""
    database = schema_editor.connection.alias
    # Django makes permissions when all migrations have run; on a fresh database there are none yet.
    config = apps.get_app_config("relations")
    module = getattr(config, "models_module", None)
    config.models_module = True  # the models of a migration stand in none, and Django asks for one
    try:
        create_permissions(config, verbosity=0, using=database, apps=apps)
    finally:
        # With today's models it is the application's own, which would have no permissions made from then on.
        config.models_module = module
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name, granted in GROUPS.items():
        group, _made = groups.get_or_create(name=name)
        group.permissions.add(*_permissions(apps, database, granted))


def unmake(apps, schema_editor):
    """Take from the groups what they were given; those that then have neither members nor permissions go."""
    database = schema_editor.connection.alias
    for name, granted in GROUPS.items():
        group = apps.get_model("auth", "Group").objects.using(database).filter(name=name).first()
        if group is None:
            continue
        group.permissions.remove(*_permissions(apps, database, granted))
        if not group.user_set.exists() and not group.permissions.exists():
            group.delete()
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    permissions.filter(content_type__app_label="relations", codename__in=OURS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0005_reduced_words"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.AlterModelOptions(
            "record",
            {
                "ordering": ["sort_date", "sort_end", "pk"],
                "permissions": [
                    ("publish_record", "Can publish what others have drafted"),
                    ("revise_record", "Can alter what is published"),
                    ("withdraw_record", "Can withdraw what is published"),
                ],
                "verbose_name": "record",
                "verbose_name_plural": "records",
            },
        ),
        migrations.RunPython(make, unmake),
    ]
