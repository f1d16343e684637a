"""Synthetic records: the same for the same seed, marked, sound, and never among real ones by accident."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from relations import kinds
from relations.loading.checks import check_database
from relations.loading.synthetic import makers, without_maker
from relations.models import Change, Citation, Country, Record
from tests.factories import MilestoneFactory, SourceFactory

pytestmark = pytest.mark.django_db


def generate(*arguments, **options):
    call_command("generate_records", *arguments, **options)


def content():
    """What is stored, without keys and times of the database."""
    return [
        (
            record.slug,
            record.title,
            record.kind,
            record.date,
            record.stage,
            record.evidence,
            sorted(country.pk for country in record.countries.all()),
            sorted((c.uid, c.field, c.value, c.verdict) for c in record.citations.all()),
        )
        for record in Record.objects.order_by("slug").prefetch_related("countries", "citations")
    ]


def test_the_same_seed_gives_the_same_records_once(capsys):
    generate("40")
    assert capsys.readouterr().out == (
        "40 synthetic records added, 0 of seed 1 were there already.\n"
    )
    first, changes = content(), Change.objects.count()
    generate("40")
    assert capsys.readouterr().out == (
        "0 synthetic records added, 40 of seed 1 were there already.\n"
    )
    assert (content(), Change.objects.count()) == (first, changes)
    generate("60")
    assert capsys.readouterr().out == (
        "20 synthetic records added, 40 of seed 1 were there already.\n"
    )
    assert [row for row in content() if row[0] in {slug for slug, *_ in first}] == first
    generate("10", seed=2)
    assert Record.objects.count() == 70


def test_batches_do_not_change_what_is_generated(monkeypatch):
    with transaction.atomic():
        generate("40")
        at_once = content()
        transaction.set_rollback(True)
    assert not Record.objects.exists()
    monkeypatch.setattr("relations.loading.synthetic.BATCH", 7)
    generate("15")
    generate("40")
    assert content() == at_once


def test_records_are_varied_sound_and_say_what_they_are():
    generate("400")
    records = Record.objects.all()
    assert set(records.values_list("kind", flat=True)) == set(kinds.names()) == makers().keys()
    assert without_maker() == []
    assert set(records.values_list("evidence", flat=True)) == {"single", "confirmed", "conflict"}
    assert set(records.values_list("precision", flat=True)) >= {
        "day", "month", "year", "span", "set", "open", "half", "season",
    }  # fmt: skip
    assert set(Citation.objects.values_list("verdict", flat=True)) >= {
        "supports", "coarser", "contradicts",
    }  # fmt: skip
    assert set(records.values_list("synthetic", flat=True)) == {True}
    for title in records.values_list("title", flat=True):
        assert title.startswith("Synthetic ")
    for title in Citation.objects.values_list("source__title", flat=True):
        assert title.startswith("Synthetic ")
    assert check_database().problems == []


def test_a_kind_without_a_maker_is_named(capsys, altered):
    altered("milestone", synthetic="")
    generate("30")
    assert capsys.readouterr().out == (
        "30 synthetic records added, 0 of seed 1 were there already.\n"
        "None of these, whose kinds name no maker: milestones.\n"
    )
    assert not Record.objects.filter(kind="milestone").exists()


def test_real_records_refuse_synthetic_ones():
    MilestoneFactory()
    with pytest.raises(CommandError, match="holds real records"):
        generate("5")
    assert Record.objects.count() == 1
    generate("5", force=True)
    assert Record.objects.filter(synthetic=True).count() == 5


def test_real_sources_and_countries_are_left_as_they_are():
    SourceFactory(slug="paper", title="Paper")
    Country.objects.create(
        code="TR",
        alpha3="TUR",
        numeric="792",
        slug="turkey",
        name="Türkiye",
        official_name="Republic",
    )
    generate("5")
    assert Country.objects.get(pk="TR").official_name == "Republic"
    assert not Citation.objects.filter(source__slug="paper").exists()


@pytest.mark.parametrize(
    ("arguments", "message"), [(["0"], "at least one"), (["5", "--seed=-1"], "from 0")]
)
def test_senseless_numbers_are_refused(arguments, message):
    with pytest.raises(CommandError, match=message):
        generate(*arguments)
