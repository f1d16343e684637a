"""The migration that makes the groups: on a fresh database, on one in use, and back."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = ("relations", "0005_reduced_words")
AFTER = ("relations", "0006_editors_and_reviewers")
OURS = ["publish_record", "revise_record", "withdraw_record"]
EDITORS = (38, False)
REVIEWERS = (42, True)

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(target) -> None:
    MigrationExecutor(connection).migrate([target])


@pytest.fixture(autouse=True)
def _back_again():
    yield
    ContentType.objects.clear_cache()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def granted() -> dict[str, tuple[int, bool]]:
    """How many permissions each group has, and whether it may publish."""
    return {
        group.name: (
            group.permissions.count(),
            group.permissions.filter(codename="publish_record").exists(),
        )
        for group in Group.objects.all()
    }


def ours() -> list[str]:
    return sorted(Permission.objects.filter(codename__in=OURS).values_list("codename", flat=True))


def test_on_a_fresh_database_the_permissions_are_made_too():
    migrate(BEFORE)
    Group.objects.all().delete()
    Permission.objects.all().delete()
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    migrate(AFTER)
    assert granted() == {"Editor": EDITORS, "Reviewer": REVIEWERS}
    assert ours() == OURS
    assert Permission.objects.get(codename="publish_record").name == (
        "Can publish what others have drafted"
    )


def test_on_a_database_in_use_nothing_that_is_there_is_lost():
    migrate(BEFORE)
    Group.objects.all().delete()
    assert ours() == []
    there = Permission.objects.get(codename="add_topic")
    made_by_hand = Group.objects.create(name="Editor")
    made_by_hand.permissions.add(there)
    member = User.objects.create_user("a member")
    member.groups.add(made_by_hand)

    migrate(AFTER)
    assert granted() == {"Editor": (EDITORS[0] + 1, False), "Reviewer": REVIEWERS}
    assert list(member.groups.all()) == [made_by_hand]

    migrate(BEFORE)
    assert granted() == {"Editor": (1, False)}
    assert list(made_by_hand.permissions.all()) == [there]
    assert list(member.groups.all()) == [made_by_hand]
    assert ours() == []
    assert Permission.objects.filter(codename="add_record").count() == 1


def test_what_was_made_goes_when_it_is_undone():
    migrate(BEFORE)
    Group.objects.all().delete()
    migrate(AFTER)
    migrate(BEFORE)
    assert granted() == {}
