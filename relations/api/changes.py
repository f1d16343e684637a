"""The log of changes as the API shows it: what was changed, and which objects have left their address."""

from __future__ import annotations

from rest_framework import serializers

from relations.api.addresses import address_of, endpoint_of, path_of
from relations.api.fields import APIAddressField, Identifier, PageAddressField
from relations.history.public_log import Item

MOST_ITEMS = 100
ACTIONS = ("created", "published", "changed", "renamed", "withdrawn", "deleted")


class DifferenceSerializer(serializers.Serializer):
    """The value of a field before a change, and after it."""

    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class ChangedObjectSerializer(serializers.Serializer):
    """One object that a change touched. An object that has left its address shows nothing else."""

    csv_key = "key"

    action = Identifier([(one, one) for one in ACTIONS], help_text="What was done to it.")
    resource = serializers.CharField(help_text="The path of its endpoint.")
    kind = serializers.CharField(help_text="Its kind.")
    key = serializers.CharField(help_text="Its slug or code as it is now.")
    was = serializers.CharField(
        allow_null=True, help_text="The slug it had before this change, if that was different."
    )
    url = serializers.URLField(
        allow_null=True,
        help_text="Its address in the API; null when it has been withdrawn or deleted since.",
    )
    merged_into = serializers.URLField(
        allow_null=True,
        help_text="The address in the API of the record it was merged into, to which its own address leads now.",
    )
    fields = serializers.DictField(
        child=DifferenceSerializer(),
        help_text=(
            "Each changed field, by its name on record. For a part with several rows, "
            "such as the citations, the changed rows by uid."
        ),
    )

    def to_representation(self, item: Item) -> dict:
        path, addressed_by = endpoint_of(item.model)
        is_by_slug = addressed_by == "slug"
        if item.subject is None:
            key = item.slug if is_by_slug else item.pk
        else:
            path, key = path_of(item.subject)
        return {
            "action": item.action,
            "resource": path,
            "kind": getattr(item.model, "KIND", "") or item.model._meta.model_name,
            "key": key,
            "was": (item.was or None) if is_by_slug else None,
            "url": address_of(item.subject) if item.is_public else None,
            "merged_into": address_of(item.merged_into) if item.merged_into else None,
            "fields": {
                name: {"old": old, "new": new} for name, (old, new) in item.differences.items()
            },
        }


class ChangeSerializer(serializers.Serializer):
    """A change: everything that was published, changed or withdrawn at once."""

    example = 1

    url = APIAddressField(source="change")
    html_url = PageAddressField(source="change")
    number = serializers.IntegerField(
        source="change.number",
        help_text="Changes are numbered in the order in which they were made.",
    )
    time = serializers.DateTimeField(source="change.time")
    reason = serializers.CharField(source="change.reason", help_text="Why, in the editor's words.")
    items = ChangedObjectSerializer(
        many=True,
        help_text=f"What it touched: the first {MOST_ITEMS}, and whatever has left its address.",
    )
    more = serializers.IntegerField(help_text="How many more it touched.", min_value=0)
