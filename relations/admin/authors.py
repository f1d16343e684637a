"""The authors of a record, known from its versions, each of which has the user who saved it."""

from __future__ import annotations

import json
from itertools import pairwise

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, QuerySet
from django.db.models.functions import Cast
from reversion.models import Version

from relations import kinds
from relations.admin.history import part_names
from relations.models import Record


def authors(record: Record) -> set[int]:
    """Keys of the users who made the record (of its own kind) and who changed its content last.

    The content is everything except the stage: sending a record to review or back makes nobody its author.
    What a command made or changed has no author.
    """
    versions = list(
        Version.objects.get_for_object(record)
        .select_related("revision")
        .prefetch_related("revision__version_set")
        .order_by("pk")
    )
    if not versions:
        return set()
    made = last = versions[0]
    for earlier, later in pairwise(versions):
        if _content(earlier, record) != _content(later, record):
            last = later
    return {made.revision.user_id, last.revision.user_id} - {None}


def drafted_by(user: User) -> QuerySet[Record]:
    """Unpublished records that the user has made or changed in any way at the desk."""
    types = ContentType.objects.get_for_models(*(kind.model for kind in kinds.every())).values()
    saved = Version.objects.filter(
        revision__user=user, content_type__in=[one.pk for one in types]
    ).values(key=Cast("object_id", IntegerField()))
    return Record.objects.filter(stage__in=[Record.Stage.DRAFT, Record.Stage.REVIEW], pk__in=saved)


def _content(version: Version, record: Record) -> dict:
    """What the version holds of the record and its parts, without the stage."""
    model = type(record)
    itself = {
        ContentType.objects.get_for_model(one, for_concrete_model=True).pk
        for one in (model, *model._meta.parents)
    }
    links = {}
    for name in part_names(model):
        relation = model._meta.get_field(name)
        part = ContentType.objects.get_for_model(relation.related_model).pk
        links[part] = relation.field.name
    found = {}
    for one in version.revision.version_set.all():
        (row,) = json.loads(one.serialized_data)
        fields = row["fields"]
        key = (one.content_type_id, one.object_id)
        if one.content_type_id in itself and one.object_id == str(record.pk):
            found[key] = {name: value for name, value in fields.items() if name != "stage"}
        elif str(fields.get(links.get(one.content_type_id))) == str(record.pk):
            found[key] = fields
    return found
