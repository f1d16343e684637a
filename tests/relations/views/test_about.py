import pytest

from relations.models import Citation
from relations.work import unit_of_work
from tests.factories import AgreementFactory, CitationFactory, SourceFactory, VisitFactory


def contested(**values):
    with unit_of_work():
        record = AgreementFactory(instrument="treaty", **values)
        CitationFactory(record=record, field="instrument", value="treaty", locator="7")
        CitationFactory(record=record, field="instrument", value="agreement", locator="8")
    return record


def test_disagreements_show_every_reading_of_every_contested_field(get, db):
    contested(title="pact")
    contested(title="draft", stage="draft")
    VisitFactory(title="undisputed")
    page = get("/disagreements/")
    articles = page.every("article", class_="contested")
    assert [article.one("h2").text for article in articles] == ["pact"]
    fields = articles[0].every("section", class_="field-evidence")
    assert [field.one("h3").text for field in fields] == ["instrument"]
    rows = [row for body in fields[0].every("tbody") for row in body.every("tr")]
    assert [row.one("th").text for row in rows] == ["treaty", "agreement"]
    assert "paragraph 7" in rows[0].text
    assert "paragraph 8" in rows[1].text
    assert get("/disagreements/?kind=visit").every("article") == []


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, db, django_assert_num_queries, size):
    for number in range(size):
        contested(source=SourceFactory(), countries=["AZ"], date=f"{1990 + number}")
    with django_assert_num_queries(19):
        client.get("/disagreements/", secure=True)


def test_the_method_names_every_rule_and_verdict(get, db):
    page = get("/about/method/")
    text = page.one("main").text
    for rule in Citation.Rule:
        assert str(rule.label) in text
    table = page.every("table")[1]
    assert [row.one("th").text for row in table.one("tbody").every("tr")] == [
        str(verdict.label) for verdict in Citation.Verdict
    ]
