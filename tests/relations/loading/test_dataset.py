"""``load_dataset`` and ``loaddata``: the data set goes in beside what staff have edited, never over it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from agreements.models import Agreement, Party
from relations.history import changes
from relations.models import Citation, Entry, LoadedRow, Record, Topic
from relations.search import query

pytestmark = pytest.mark.django_db

# loaddata, unlike load_dataset, needs each file behind those it refers to.
FILES = (
    "countries relations topics sources places organizations people projects "
    "agreements visits milestones trade_figures indicators links"
).split()

FIXTURE = """
- model: relations.citation
  fields: {uid: pact-date, record: [pact-2005], source: [paper], locator: "7", field: date, value: "2005"}
- model: agreements.agreement
  fields: {record_ptr: [pact-2005], instrument: treaty}
- model: agreements.party
  fields: {uid: pact-az, agreement: [pact-2005], country: AZ}
- model: relations.record
  fields:
    slug: pact-2005
    kind: agreement
    title: Pact
    date: "2005-05-24"
    place: [baku]
    countries: [KZ]
    topics: [[security], [trade]]
    stage: published
- model: relations.place
  fields: {entity_ptr: [baku], country: AZ, latitude: 40.37767}
- model: relations.entity
  fields: {slug: baku, kind: place, name: Baku}
- model: relations.source
  fields: {slug: paper, kind: article, title: Paper}
- model: relations.topic
  fields: {slug: trade, name: Trade}
- model: relations.topic
  fields: {slug: security, name: Security}
- model: relations.relation
  fields: {slug: azerbaijan-kazakhstan, first: AZ, second: KZ}
- model: relations.country
  pk: AZ
  fields: {alpha3: AZE, numeric: "031", slug: azerbaijan, name: Azerbaijan}
- model: relations.country
  pk: KZ
  fields: {alpha3: KAZ, numeric: "398", slug: kazakhstan, name: Kazakhstan}
"""


@pytest.fixture
def fixtures(tmp_path) -> Path:
    text = FIXTURE.replace("latitude: 40.37767", 'latitude: "40.37767", longitude: "49.89201"')
    (tmp_path / "all.yaml").write_text(text, "utf-8")
    return tmp_path


def load(directory, capsys) -> list[str]:
    call_command("load_dataset", directory)
    return capsys.readouterr().out.splitlines()


def edit(directory: Path, old: str, new: str) -> None:
    file = directory / "all.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_children_before_parents_load_and_everything_is_derived(fixtures, capsys):
    assert load(fixtures, capsys) == ["12 rows created, 0 updated, 0 unchanged, 0 skipped."]
    pact = Agreement.objects.get()
    assert (pact.precision, str(pact.sort_date), pact.evidence) == ("day", "2005-05-24", "single")
    assert pact.citations.get().verdict == "coarser"
    assert {c.pk for c in pact.countries.all()} == {"AZ", "KZ"}, "a party takes part"
    assert Entry.objects.count() == 1
    assert pact.change == changes.latest() == 1
    assert list(Record.objects.filter(query.condition("Baku"))) == [pact.record_ptr]


def test_loading_twice_changes_nothing(fixtures, capsys):
    load(fixtures, capsys)
    before = list(Record.objects.values())
    assert load(fixtures, capsys) == ["0 rows created, 0 updated, 12 unchanged, 0 skipped."]
    assert list(Record.objects.values()) == before
    assert changes.latest() == 1
    call_command("loaddata", fixtures / "all.yaml", verbosity=0)
    assert list(Record.objects.values()) == before
    assert changes.latest() == 1


def test_a_row_edited_here_is_skipped_and_listed(fixtures, capsys):
    load(fixtures, capsys)
    pact = Agreement.objects.get()
    pact.title = "Pact of Baku"
    pact.save()
    edit(fixtures, "title: Pact", "title: Treaty")
    edit(fixtures, "name: Trade", "name: Commerce")
    assert load(fixtures, capsys) == [
        "skipped relations.record pact-2005: edited here since it was loaded",
        "0 rows created, 1 updated, 10 unchanged, 1 skipped.",
    ]
    assert Agreement.objects.get().title == "Pact of Baku"
    assert Topic.objects.get(slug="trade").name == "Commerce"


def test_links_edited_here_count_as_edits(fixtures, capsys):
    from relations.work import unit_of_work

    load(fixtures, capsys)
    with unit_of_work():
        Record.objects.get().topics.remove(Topic.objects.get(slug="trade"))
    assert load(fixtures, capsys)[0] == (
        "skipped relations.record pact-2005: edited here since it was loaded"
    )
    assert [t.slug for t in Record.objects.get().topics.all()] == ["security"]


def test_a_row_deleted_here_stays_deleted(fixtures, capsys):
    load(fixtures, capsys)
    Party.objects.get().delete()
    assert load(fixtures, capsys) == [
        "skipped agreements.party pact-az: deleted here since it was loaded",
        "0 rows created, 0 updated, 11 unchanged, 1 skipped.",
    ]
    assert not Party.objects.exists()


def test_a_row_renamed_here_is_still_found(fixtures, capsys):
    load(fixtures, capsys)
    pact = Agreement.objects.get()
    pact.slug = "pact-of-baku-2005"
    pact.save()
    assert load(fixtures, capsys)[0] == (
        "skipped relations.record pact-2005: edited here since it was loaded"
    )
    assert [r.slug for r in Record.objects.all()] == ["pact-of-baku-2005"]


def test_a_row_made_here_is_not_overwritten(fixtures, capsys):
    Topic.objects.create(slug="trade", name="Our trade")
    assert load(fixtures, capsys)[0] == (
        "skipped relations.topic trade: made here, not loaded from the data set"
    )
    assert Topic.objects.get(slug="trade").name == "Our trade"


def test_a_corrected_fixture_is_taken_over(fixtures, capsys):
    load(fixtures, capsys)
    edit(fixtures, '"2005-05-24"', '"2005-05"')
    assert load(fixtures, capsys) == ["0 rows created, 1 updated, 11 unchanged, 0 skipped."]
    pact = Agreement.objects.get()
    assert (pact.date, pact.precision, pact.change) == ("2005-05", "month", 2)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"2005-05-24"', '"2005-02-30"', "relations.record pact-2005"),
        ("instrument: treaty", "instrument: pact", "agreements.agreement pact-2005"),
        ("source: [paper]", "source: [nothing]", "relations.citation pact-date"),
        ('locator: "7"', 'locator: "none"', "relations.citation pact-date"),
        ('locator: "7"', 'locator: ""', "“Pact” is published and needs at least one citation"),
        ("name: Trade", "naem: Trade", "relations.topic trade"),
        ("model: relations.topic", "model: relations.tpoic", "object 8"),
        ("slug: security", "slug: trade", "relations.topic trade occurs twice"),
        ("title: Pact", "title: [Pact", "all.yaml"),
    ],
)
def test_a_faulty_fixture_loads_nothing_and_says_where(fixtures, capsys, old, new, says):
    edit(fixtures, old, new)
    with pytest.raises(CommandError, match="Nothing was loaded") as error:
        load(fixtures, capsys)
    assert says in str(error.value)
    assert not Record.objects.exists()
    assert not LoadedRow.objects.exists()


def test_a_directory_without_fixtures_is_an_error(tmp_path, capsys):
    with pytest.raises(CommandError, match=r"holds no \.yaml fixtures"):
        load(tmp_path, capsys)


class TestThePublishedDataSet:
    """The one test that loads all of fixtures/."""

    @pytest.mark.slow("Loads the data set, which is what it tests.")
    def test_loads_twice_the_same_and_checks_clean(self, capsys):
        call_command("load_dataset")
        first = list(Record.objects.values())
        number = changes.latest()
        call_command("load_dataset")
        assert list(Record.objects.values()) == first
        assert changes.latest() == number == 1
        assert Citation.objects.filter(verdict="").count() == 0
        capsys.readouterr()
        call_command("check_records")
        assert " 0 problems" in capsys.readouterr().out

    @pytest.mark.slow("Loads the data set, which is what it tests.")
    def test_loaddata_takes_it_too(self):
        call_command("loaddata", *FILES, verbosity=0)
        assert {file.stem for file in (settings.BASE_DIR / "fixtures").glob("*.yaml")} == set(FILES)
        assert changes.latest() == 1
        call_command("load_dataset")
        assert changes.latest() == 1
