"""How words are looked for, beside what is found."""

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelsearch.conf import get_app_config

from relations.models import Record
from relations.search import backend, query
from relations.search.backend import reduced, unreduced
from relations.work import unit_of_work
from tests.factories import VisitFactory


@pytest.fixture
def texts(db):
    with unit_of_work():
        for slug, title, summary in [
            ("sea", "Caspian Sea statement", "On the new trans-caspian route, 331.7 km."),
            ("other-way", "Sea of the Caspian", "Cooperation of ministries."),
            ("apart", "Caspian and Black Sea", "A cooperative."),
            ("across", "Talks on the Caspian", "Sea routes."),
        ]:
            VisitFactory(slug=slug, title=title, summary=summary)
        VisitFactory(slug="draft", title="Caspian Sea cooperation", stage="draft")


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("caspian sea", ["across", "apart", "other-way", "sea"]),
        ('"caspian sea"', ["sea"]),
        ("“Caspian sea”", ["sea"]),
        ('"sea of the caspian"', ["other-way"]),
        ('"caspian sea', ["across", "apart", "other-way", "sea"]),
        ('"caspian sea" ""', ["sea"]),
        ('"caspian sea" "black"', []),
        ('black "sea"', ["apart"]),
        ('"new trans caspian route"', ["sea"]),
        ('"new trans-caspian route 331.7"', ["sea"]),
        ('"ministry"', []),
        ('"ministries"', ["other-way"]),
        ("cooperatio*", ["other-way"]),
        ("cooperati*", ["apart", "other-way"]),
        ("COOP* caspian", ["apart", "other-way"]),
        ("coop* sea*", ["apart", "other-way"]),
        ("coop * sea", []),
        ("* sea", ["across", "apart", "other-way", "sea"]),
        ('"cas* sea"', []),
        ('coop* "of ministries"', ["other-way"]),
        ("33*", ["sea"]),
        ("trans_caspi*", ["sea"]),
        ("black OR pensions", []),
        ("(sea NEAR pensions", []),
        ("-black sea", ["apart"]),
    ],
)
def test_phrases_and_beginnings_of_words_are_found_alike_on_both_databases(texts, text, slugs):
    found = Record.objects.published().filter(query.condition(text))
    assert sorted(found.values_list("slug", flat=True)) == slugs


@pytest.mark.parametrize("few", [0, 2, 3])
def test_as_many_are_found_whether_they_are_named_in_the_query_or_not(texts, monkeypatch, few):
    monkeypatch.setattr(backend, "FEW", few)
    found = Record.objects.published().order_by("-slug").filter(query.condition("sea"))
    assert [record.slug for record in found] == ["sea", "other-way", "apart", "across"]


def test_the_index_is_asked_once_for_what_few_records_hold(texts):
    with CaptureQueriesContext(connection) as asked:
        found = Record.objects.published().filter(query.condition("caspian sea"))
        assert found.count() == len(found) == 4
    assert ["modelsearch_" in one["sql"] for one in asked] == [True, False, False]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="how PostgreSQL plans it")
@pytest.mark.parametrize("column", ["title_text", "body_text"])
def test_the_words_that_phrases_are_found_in_have_an_index(db, column):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    entries = get_app_config().get_model("IndexEntry").objects
    typed = SearchQuery("oil gas", search_type="phrase", config="simple")
    plan = entries.alias(words=unreduced(column)).filter(words=typed).explain()
    assert f"indexentry_{column.removesuffix('_text')}_words" in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="how PostgreSQL plans it")
def test_what_words_are_found_in_has_an_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    entries = get_app_config().get_model("IndexEntry").objects
    plan = entries.alias(words=reduced()).filter(words=SearchQuery("oil gas")).explain()
    assert "indexentry_words" in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="how PostgreSQL plans it")
def test_the_index_is_read_once_a_query_whatever_the_planner_knows(db, monkeypatch):
    monkeypatch.setattr(backend, "FEW", 2)
    with unit_of_work():
        for number in range(3):
            VisitFactory(title=f"Oil {number}")
    found = Record.objects.filter(query.condition("oil"))
    assert found.count() == 3
    plan = Record.objects.filter(pk__in=found.values("pk"), countries__in=["AZ"]).explain()
    assert "InitPlan" in plan
    assert plan.count(" on modelsearch_indexentry ") == 1
