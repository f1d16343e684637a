from django.db import migrations

# What relations.search_backend looks for phrases and beginnings of words in, on PostgreSQL.
WORDS = (
    "to_tsvector('simple'::regconfig, COALESCE(regexp_replace({}, '[^[:alnum:]]+', ' ', 'g'), ''))"
)
INDEXES = {"indexentry_title_words": "title_text", "indexentry_body_words": "body_text"}


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, column in INDEXES.items():
            words = WORDS.format(column)
            schema_editor.execute(
                f"CREATE INDEX {name} ON modelsearch_indexentry USING gin ({words})"
            )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0003_stored_objects"),
        (
            "modelsearch",
            "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more",
        ),
    ]

    operations = [migrations.RunPython(add, remove)]
