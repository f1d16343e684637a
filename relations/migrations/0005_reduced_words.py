from django.db import migrations

# What relations.search_backend looks for words in, on PostgreSQL: the package has an index for each of the two
# columns, and none for both together, without which every row of the index is read.
ADD = "CREATE INDEX indexentry_words ON modelsearch_indexentry USING gin ((title || body))"
REMOVE = "DROP INDEX indexentry_words"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("relations", "0004_unreduced_words")]
    operations = [migrations.RunPython(add, remove)]
