"""Versions of many records at once, as an import leaves them: one revision of each, as a save at the desk leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import router
from django.db.models import Max
from django.utils import timezone
from reversion.models import Revision, Version

from relations.admin.history import AS_IT_WAS, fields_of, is_as_held, register, rows_of
from relations.chunks import CHUNK, chunks
from relations.history import changes
from relations.models import Record


class Versions:
    """Keeps what a table alters, by its user and with a comment. See ``relations.importing.jobs.Versions``."""

    def __init__(self, user, comment: str) -> None:
        self.user, self.comment = user, comment

    def before(self, model: type[Record], keys: list[int]) -> None:
        """Keep those that no version holds as they are."""
        register(model)
        for part in chunks(keys, CHUNK):
            held = _newest(model, part)
            rows = [row for row in _whole(model, part) if not is_as_held(row, held[str(row.pk)])]
            _keep(rows, None, str(AS_IT_WAS))

    def after(self, model: type[Record], keys: list[int]) -> None:
        register(model)
        for part in chunks(keys, CHUNK):
            _keep(_whole(model, part), self.user, self.comment)


def _whole(model: type[Record], keys: list[int]) -> list[Record]:
    """Records with all that a version of them holds, in queries that do not grow with them."""
    found = list(changes.whole(model).filter(pk__in=keys))
    for row in found:
        for parent in model._meta.parents.values():
            # Made of the child's own columns; its links are those of the child.
            getattr(row, parent.name)._prefetched_objects_cache = row._prefetched_objects_cache
    return found


def _newest(model: type[Record], keys: list[int]) -> dict[str, list[Version]]:
    """The versions of the newest revision of each record, by its key as text; none where it has none."""
    of_model = Version.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        db=router.db_for_write(model),
        object_id__in=[str(key) for key in keys],
    )
    newest = of_model.order_by().values("object_id").annotate(newest=Max("pk"))
    revisions = dict(
        Version.objects.filter(pk__in=[row["newest"] for row in newest]).values_list(
            "object_id", "revision_id"
        )
    )
    by_revision = defaultdict(list)
    for version in Version.objects.filter(revision__in=set(revisions.values())).select_related(
        "content_type"
    ):
        by_revision[version.revision_id].append(version)
    return defaultdict(list, {key: by_revision[one] for key, one in revisions.items()})


def _keep(rows: list[Record], user, comment: str) -> None:
    revisions = Revision.objects.bulk_create(
        Revision(date_created=timezone.now(), user=user, comment=comment) for _row in rows
    )
    Version.objects.bulk_create(_versions(rows, revisions), batch_size=CHUNK)


def _versions(rows: list[Record], revisions: list[Revision]) -> Iterable[Version]:
    for row, revision in zip(rows, revisions, strict=True):
        for one in rows_of(row):
            fields = fields_of(type(one))
            yield Version(
                revision=revision,
                object_id=str(one.pk),
                content_type=ContentType.objects.get_for_model(one),
                db=router.db_for_write(type(one)),
                format="json",
                serialized_data=serializers.serialize("json", [one], fields=fields),
                object_repr=str(one),
            )
