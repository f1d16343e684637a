"""Every version that django-reversion kept becomes a revision; then its tables, which nothing reads, are dropped.

There a revision holds the rows of one save, each with its columns and primary keys: the parent row of a record, the
row of its kind and every part of it have a version each. Here they are one state, in the shape that
``relations.history.changes.states`` gives. What has lost its owner is kept under its own model, so that nothing is
lost. The tables below say how rows belong together at the time of this migration.
"""

import json
from datetime import UTC
from itertools import groupby

from django.db import migrations
from django.utils.dateparse import parse_datetime

AS_IT_WAS = "As it was before the change that follows."
AT_ONCE = 200

RECORD, ENTITY = "relations.record", "relations.entity"
TOPIC, SOURCE = "relations.topic", "relations.source"
CITATION, PARTY = "relations.citation", "agreements.party"
MEMBERSHIP, TENURE = "relations.membership", "relations.tenure"
CHILDREN = {
    "agreements.agreement": RECORD,
    "relations.indicator": RECORD,
    "relations.milestone": RECORD,
    "relations.tradefigure": RECORD,
    "relations.visit": RECORD,
    "relations.organization": ENTITY,
    "relations.person": ENTITY,
    "relations.place": ENTITY,
    "relations.project": ENTITY,
}
# The parts of a subject, by the model that has them.
PARTS = {
    RECORD: ["citations", "participations", "links", "decisions"],
    ENTITY: ["names", "citations"],
    "agreements.agreement": ["parties", "actions"],
    "relations.organization": ["memberships"],
    "relations.person": ["tenures"],
}
# The name of the part that a row is of, and the link that leads from it to its owner.
OWNERS = {
    CITATION: [
        ("citations", "record", RECORD),
        ("citations", "entity", ENTITY),
        ("citations", "membership", MEMBERSHIP),
        ("citations", "tenure", TENURE),
    ],
    "relations.participation": [("participations", "record", RECORD)],
    "relations.recordlink": [("links", "source", RECORD)],
    "relations.decision": [("decisions", "record", RECORD)],
    PARTY: [("parties", "agreement", RECORD)],
    "agreements.agreementaction": [("actions", "agreement", RECORD)],
    "relations.name": [("names", "entity", ENTITY)],
    MEMBERSHIP: [("memberships", "organization", ENTITY)],
    TENURE: [("tenures", "person", ENTITY)],
}
# Links of each model by number; those to countries are codes, and stay.
LINKS = {
    RECORD: {"place": ENTITY, "organizations": ENTITY, "projects": ENTITY, "topics": TOPIC},
    "relations.visit": {"body": ENTITY},
    "relations.organization": {"seat": ENTITY},
    "relations.project": {"part_of": ENTITY, "places": ENTITY},
    CITATION: {"source": SOURCE, "membership": MEMBERSHIP, "tenure": TENURE},
    "relations.participation": {"person": ENTITY},
    "relations.recordlink": {"target": RECORD},
    PARTY: {"organization": ENTITY},
    TENURE: {"organization": ENTITY},
    "agreements.agreementaction": {"party": PARTY, "citation": CITATION},
}
# Columns that versions may be older than, as they were for all.
SINCE = {CITATION: {"set_aside": ""}}
POINTERS = {"record_ptr", "entity_ptr"}


class Now:
    """What the database holds now of whatever versions name."""

    def __init__(self, apps):
        self.slugs = {
            label: dict(apps.get_model(label).objects.order_by().values_list("pk", "slug"))
            for label in (RECORD, ENTITY, TOPIC, SOURCE)
        }
        marked = apps.get_model(RECORD).objects.order_by()
        self.synthetic = set(marked.filter(synthetic=True).values_list("pk", flat=True))
        self.merged_into = dict(
            marked.filter(merged_into__isnull=False).values_list("pk", "merged_into__slug")
        )


class Save:
    """The versions of one revision of django-reversion: rows by their model and key, in the order kept."""

    def __init__(self, now, versions):
        self.now = now
        self.rows = {}
        for text in versions:
            (row,) = json.loads(text)
            self.rows[row["model"], str(row["pk"])] = row["fields"]
        self.states, self.orders = {}, {}
        for key, fields in self.rows.items():
            if not self.owner(*key) and not self.parent(*key):
                self.begin(*key, fields)
        for (model, pk), fields in self.rows.items():
            if parent := self.parent(model, pk):
                self.states[parent] |= self.columns(model, pk, fields)
                self.states[parent] |= {name: {} for name in PARTS.get(model, ())}
        for model, pk in sorted(self.rows, key=lambda key: (key[0], key[1].zfill(20))):
            if self.owner(model, pk):
                self.add_part(model, pk)
        for (model, pk), order in self.orders.items():
            self.orders[model, pk] = {name: uids for name, uids in order.items() if len(uids) > 1}

    def parent(self, model, pk):
        """The parent row of a row of some kind, which is of the same subject."""
        parent = CHILDREN.get(model), pk
        return parent if parent in self.rows else None

    def owner(self, model, pk):
        """The part that a row is of, its link and the row it belongs to."""
        fields = self.rows[model, pk]
        for part, link, owner in OWNERS.get(model, ()):
            if fields.get(link) is not None and (owner, str(fields[link])) in self.rows:
                return part, link, (owner, str(fields[link]))
        return None

    def begin(self, model, pk, fields):
        state = self.columns(model, pk, fields)
        if model == "relations.country":
            state["code"] = pk
        if model == RECORD:
            withdrawn = state.get("stage") == "withdrawn"
            state["synthetic"] = int(pk) in self.now.synthetic
            state["merged_into"] = self.now.merged_into.get(int(pk)) if withdrawn else None
        self.states[model, pk] = state | {name: {} for name in PARTS.get(model, ())}
        self.orders[model, pk] = {}

    def add_part(self, model, pk):
        name, link, owner = self.owner(model, pk)
        columns = self.columns(model, pk, self.rows[model, pk])
        uid = columns.pop("uid")
        top = owner
        while above := self.owner(*top):
            top = above[2]
        # What is said of a part names it; what is said of the subject itself does not.
        if top == owner:
            del columns[link]
        self.states[top].setdefault(name, {})[uid] = columns
        self.orders[top].setdefault(name, []).append(uid)

    def columns(self, model, pk, fields):
        links = LINKS.get(model, {})
        state = SINCE.get(model, {}).copy()
        for name, value in fields.items():
            if name in POINTERS:
                continue
            state[name] = self.named(links[name], value) if name in links else value
            if isinstance(value, list):
                state[name] = sorted(state[name])
        return state

    def named(self, model, key):
        """By its slug or uid; by its number where it is gone."""
        if isinstance(key, list):
            return [self.named(model, one) for one in key]
        if key is None:
            return None
        if model in self.now.slugs:
            return self.now.slugs[model].get(int(key), str(key))
        return self.rows.get((model, str(key)), {}).get("uid", str(key))


def _time(value):
    """SQLite gives texts."""
    value = parse_datetime(value) if isinstance(value, str) else value
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _saves(connection):
    """Revisions of django-reversion with the data of their versions, in the order of their keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM reversion_revision ORDER BY id")
        keys = [key for (key,) in cursor.fetchall()]
        for part in (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)):
            cursor.execute(
                "SELECT r.id, r.date_created, r.user_id, r.comment, v.serialized_data"
                " FROM reversion_revision r JOIN reversion_version v ON v.revision_id = r.id"
                " WHERE r.id BETWEEN %s AND %s ORDER BY r.id, v.id",
                [part[0], part[-1]],
            )
            for (_key, *about), rows in groupby(cursor.fetchall(), key=lambda row: row[:4]):
                yield *about, [row[4] for row in rows]


def move(apps, schema_editor):
    connection = schema_editor.connection
    if "reversion_version" not in connection.introspection.table_names():
        return
    revision, now = apps.get_model("relations.Revision"), Now(apps)
    made = []
    for time, user, comment, versions in _saves(connection):
        save = Save(now, versions)
        found = user is None and comment == AS_IT_WAS
        made += [
            revision(
                model=model,
                subject=pk,
                status="found" if found else "stored",
                time=_time(time),
                user_id=user,
                comment=comment,
                state=state,
                order=save.orders[model, pk],
            )
            for (model, pk), state in save.states.items()
        ]
        if len(made) >= AT_ONCE:
            revision.objects.bulk_create(made)
            made = []
    revision.objects.bulk_create(made)
    schema_editor.execute("DROP TABLE reversion_version")
    schema_editor.execute("DROP TABLE reversion_revision")


class Migration(migrations.Migration):
    dependencies = [("relations", "0011_revisions")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
