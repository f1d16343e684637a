"""The rows that are asked for: synthetic agreements, in our database and in a file for Datasette.

    python -m tests.benchmarks.api.data DIRECTORY ROWS GENERATED

Writing records one after another is slow, so ``GENERATED`` of them are written as any other and then copied by SQL
with everything that hangs on them, each copy with keys and slugs of its own. What was written before is used again.
"""

import json
import sqlite3
import sys
import time
from pathlib import Path

import django

PAGE = 50
DEEP = 1500
SEED = 1


def prepare(directory: Path, rows: int, generated: int) -> None:
    """Fill the database and Datasette's file, and write down what to ask of each."""
    from django.core.management import call_command
    from django.db import connection

    from relations.derived import stored_json
    from relations.models import Record, StoredObject

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    there = Record.objects.count()
    if there not in (0, rows):
        raise SystemExit(f"The database holds {there} records, not {rows}: name another directory.")
    if not there:
        write(generated)
        copy(rows // generated)
    # Texts of an earlier version of the code serve as well; made anew they would be measured instead.
    StoredObject.objects.exclude(made_by=stored_json.maker()).update(made_by=stored_json.maker())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    file = directory / "datasette.sqlite3"
    if not there or not file.exists():
        write_for_datasette(file)
    (directory / "questions.json").write_text(json.dumps(questions()))


def write(count: int) -> None:
    from agreements.synthetic import make_agreement
    from relations.loading import batch, synthetic
    from relations.work import unit_of_work

    start = time.monotonic()
    with unit_of_work(reason="Synthetic reference data"):
        world = synthetic.build_world()
    drafts, earlier = [], None
    for number in range(count):
        drafts.append(make_agreement(synthetic.sketch_of(world, SEED, number, earlier)))
        earlier = drafts[-1].record
    batch.write(drafts, reason="Synthetic agreements")
    print(f"{count} agreements written in {time.monotonic() - start:.0f} s", flush=True)


def copy(times: int) -> None:
    """Make each record stand there so many times, with all rows that hang on it."""
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.models import Max
    from modelsearch.conf import get_app_config

    start = time.monotonic()
    found = belonging()
    highest = {model: model._base_manager.aggregate(most=Max("pk"))["most"] or 0 for model in found}
    index = get_app_config().get_model("IndexEntry")
    highest[index] = index.objects.aggregate(most=Max("pk"))["most"]
    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(1, times):
            for model in highest:
                cursor.execute(_copied(model, number, highest, index))
        for statement in connection.ops.sequence_reset_sql(no_style(), list(highest)):
            cursor.execute(statement)
    print(f"copied {times - 1} times in {time.monotonic() - start:.0f} s", flush=True)


def belonging() -> list:
    """Records and every model whose rows hang on one, be it by way of others."""
    from django.apps import apps

    from relations.models import Record

    found = [Record]
    for model in found:
        for other in apps.get_models(include_auto_created=True):
            relations = [field for field in other._meta.local_concrete_fields if field.is_relation]
            if other not in found and any(field.related_model is model for field in relations):
                found.append(other)
    return found


def _copied(model, number: int, highest: dict, index) -> str:
    """The statement that copies a model's first rows, with all keys that lead to copied rows moved on."""
    from relations.models import Record

    def value(field) -> str:
        column = f'"{field.column}"'
        if field.is_relation and field.related_model in highest:
            root = Record if issubclass(field.related_model, Record) else field.related_model
            return f"{column} + {number * highest[root]}"
        if field.primary_key:
            return f"{column} + {number * highest[model]}"
        if field.name == "object_id":
            return f"CAST(CAST({column} AS integer) + {number * highest[Record]} AS varchar(50))"
        # The text of the index holds none of them.
        is_text = field.name in ("slug", "uid", "body") and not field.is_relation
        if is_text and model is not index:
            return f"REPLACE({column}, 'synthetic-{SEED}-', 'synthetic-{SEED + number}-')"
        return column

    fields = model._meta.local_concrete_fields
    key = model._meta.pk
    most = highest[Record] if key.is_relation else highest[model]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(map(value, fields))
    table = f'"{model._meta.db_table}"'
    # Names of our own models and whole numbers only.
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} "  # noqa: S608
        f'WHERE "{key.column}" <= {most}'
    )


# The same for Datasette ------------------------------------------------------------------------------------

SCHEMA = """
CREATE TABLE agreements (
    slug TEXT PRIMARY KEY, id INTEGER, title TEXT, summary TEXT, date TEXT, earliest TEXT, latest TEXT,
    sort_date TEXT, sort_end TEXT, precision TEXT, date_note TEXT, place TEXT, outcome TEXT, evidence TEXT,
    instrument TEXT, level TEXT, legal_character TEXT, status TEXT, change INTEGER, modified TEXT, names TEXT
);
CREATE TABLE agreement_countries (agreement TEXT REFERENCES agreements(slug), country TEXT);
CREATE TABLE agreement_topics (agreement TEXT REFERENCES agreements(slug), topic TEXT);
"""
INDEXES = """
CREATE INDEX by_date ON agreements (sort_date DESC, slug);
CREATE INDEX by_country ON agreement_countries (country, agreement);
CREATE INDEX by_topic ON agreement_topics (topic, agreement);
CREATE INDEX countries_of ON agreement_countries (agreement, country);
CREATE INDEX topics_of ON agreement_topics (agreement, topic);
CREATE VIRTUAL TABLE agreements_fts USING fts5(title, summary, names, content="agreements");
INSERT INTO agreements_fts (rowid, title, summary, names) SELECT rowid, title, summary, names FROM agreements;
ANALYZE;
"""
COLUMNS = (
    "slug id title summary date earliest latest sort_date sort_end precision date_note place__name outcome "
    "evidence instrument level legal_character status change modified"
).split()


def write_for_datasette(file: Path) -> None:
    from agreements.models import Agreement
    from relations.models import Record

    start = time.monotonic()
    file.unlink(missing_ok=True)
    published = Agreement.objects.published().order_by("pk")
    with sqlite3.connect(file) as connection:
        connection.executescript(SCHEMA)
        places = ", ".join("?" * (len(COLUMNS) + 1))
        for name, other in (("countries", "country__code"), ("topics", "topic__slug")):
            through = getattr(Record, name).through.objects
            links = through.filter(record__stage="published").values_list("record__slug", other)
            connection.executemany(
                f"INSERT INTO agreement_{name} VALUES (?, ?)",  # noqa: S608 - names of our own
                links.iterator(5000),
            )
        names = dict(
            connection.execute(
                "SELECT agreement, group_concat(country, ' ') FROM agreement_countries GROUP BY 1"
            )
        )
        rows = (
            (*map(_plain, row), f"{row[11] or ''} {names.get(row[0], '')}")
            for row in published.values_list(*COLUMNS).iterator(5000)
        )
        connection.executemany(f"INSERT INTO agreements VALUES ({places})", rows)  # noqa: S608
        connection.executescript(INDEXES)
    connection.close()
    print(f"Datasette's file written in {time.monotonic() - start:.0f} s", flush=True)


def _plain(value):
    return value if value is None or isinstance(value, (int, str)) else str(value)


# What is asked ------------------------------------------------------------------------------------------------


def questions() -> dict[str, dict[str, list[str]]]:
    """For each question and server addresses that ask it, as many different ones as there are."""
    return {
        "list": {
            "ours": [f"/api/v1/agreements/?page_size={PAGE}"],
            "plain": [f"/agreements/?page_size={PAGE}"],
            "datasette": [f"/datasette/agreements.json?_size={PAGE}&_sort_desc=sort_date"],
        },
        "filter": _filters(),
        f"page {DEEP:,}": _deep_pages(),
        "search": _searches(),
        "detail": _details(),
    }


def _filters() -> dict[str, list[str]]:
    from urllib.parse import quote_plus

    from relations.models import Topic

    ours, plain, datasette = [], [], []
    # Not “_through”: beside other conditions it takes their values for its own. The fastest of three ways to say it.
    pair = " ".join(
        f"and exists (select 1 from agreement_countries c where c.agreement = t.agreement "  # noqa: S608
        f"and country = '{code}')"
        for code in ("AZ", "KZ")
    )
    for topic in Topic.objects.order_by("slug").values_list("slug", flat=True):
        for first in range(1993, 2020):
            for last in range(first + 3, 2024, 2):
                ours.append(
                    f"/api/v1/agreements/?country=AZ&country=KZ&topic={topic}"
                    f"&date={first}/{last}&page_size={PAGE}"
                )
                plain.append(
                    f"/agreements/?country=AZ&with=KZ&topic={topic}&date_after={first}-01-01"
                    f"&date_before={last}-12-31&page_size={PAGE}"
                )
                condition = (
                    f"slug in (select agreement from agreement_topics t "  # noqa: S608
                    f"where topic = '{topic}' {pair})"
                )
                datasette.append(
                    f"/datasette/agreements.json?_where={quote_plus(condition)}&sort_end__gte={first}-01-01"
                    f"&sort_date__lte={last}-12-31&_size={PAGE}&_sort_desc=sort_date"
                )
    return {"ours": ours, "plain": plain, "datasette": datasette}


def _deep_pages() -> dict[str, list[str]]:
    """The 1,500th page and its neighbours, from their first row on."""
    from base64 import b64encode
    from urllib.parse import urlencode

    from agreements.filters import AgreementFilter
    from agreements.models import Agreement
    from relations.lists.pagination import Cursor, Order

    columns = AgreementFilter.orderings["date"]
    order = Order("-date", columns, Agreement._meta.label_lower)
    published = Agreement.objects.published().order_by(*(f"-{name}" for name in columns))
    # Of fewer rows the middle.
    start = min(PAGE * (DEEP - 1), published.count() // 2)
    ours, plain, datasette = [], [], []
    for *key, slug in published.values_list(*columns, "slug")[start : start + 1000]:
        cursor = urlencode({"cursor": Cursor(False, tuple(key)).text(order)})
        ours.append(f"/api/v1/agreements/?page_size={PAGE}&{cursor}")
        place = b64encode(urlencode({"p": str(key[0])}).encode()).decode()
        plain.append(f"/agreements-by-date/?{urlencode({'cursor': place})}")
        after = urlencode({"_next": f"{key[0]},{slug}"})
        datasette.append(f"/datasette/agreements.json?_size={PAGE}&_sort_desc=sort_date&{after}")
    return {"ours": ours, "plain": plain, "datasette": datasette}


def _searches() -> dict[str, list[str]]:
    from urllib.parse import quote_plus

    from agreements.models import Agreement
    from relations.loading.synthetic import COUNTRIES, SUBJECTS

    cities = [city for *_columns, names in COUNTRIES.values() for city in names.split()]
    texts = [
        quote_plus(f"{subject} {instrument.split('-')[0]} {city}")
        for subject in SUBJECTS
        for instrument in Agreement.Instrument.values
        for city in cities
    ]
    return {
        "ours": [f"/api/v1/agreements/?q={text}&page_size={PAGE}" for text in texts],
        "plain": [f"/agreements/?search={text}&page_size={PAGE}" for text in texts],
        "datasette": [
            f"/datasette/agreements.json?_search={text}&_size={PAGE}&_sort_desc=sort_date"
            for text in texts
        ],
    }


def _details() -> dict[str, list[str]]:
    from agreements.models import Agreement

    slugs = Agreement.objects.published().order_by("?").values_list("slug", flat=True)[:5000]
    slugs = list(slugs)
    return {
        "ours": [f"/api/v1/agreements/{slug}/" for slug in slugs],
        "plain": [f"/agreements/{slug}/" for slug in slugs],
        "datasette": [f"/datasette/agreements/{slug}.json" for slug in slugs],
    }


if __name__ == "__main__":
    django.setup()
    where, how_many, of_them = sys.argv[1:]
    prepare(Path(where), int(how_many), int(of_them))
