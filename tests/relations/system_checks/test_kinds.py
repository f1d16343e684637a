"""Whatever a kind lacks is named by ``manage.py check``, with a sentence that says how to mend it."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models

from relations import kinds
from relations.api.serializers import RecordSerializer
from relations.filters import RecordFilter
from relations.filters.conflicts import conflict_in
from relations.models import Country, Milestone
from relations.system_checks import check_kinds, contracts, declared, looks

MILESTONE = kinds.get("milestone")
PYPROJECT = """
[tool.importlinter]
root_packages = {roots}
[[tool.importlinter.contracts]]
name = "kinds stand on relations"
type = "forbidden"
source_modules = ["relations"]
forbidden_modules = {forbidden}
"""


class NotAPart:
    pass


class WithoutMeta(RecordFilter):
    conflict = conflict_in(Milestone)


class OfAnotherModel(RecordFilter):
    conflict = conflict_in(Milestone)

    class Meta(RecordFilter.Meta):
        model = Country


class WithOwnMeta(RecordFilter):
    conflict = conflict_in(Milestone)

    class Meta:
        model = Milestone
        fields = []


class WithoutConflict(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = Milestone


class WithoutExample(RecordSerializer):
    pass


def here(part) -> str:
    return f"{__name__}.{part.__name__}"


def found(check, **parts) -> list[tuple[str, str]]:
    """What the check says of milestones with these parts: identifier and sentence."""
    return told(check(replace(MILESTONE, **parts)))


def told(messages) -> list[tuple[str, str]]:
    messages = list(messages)
    assert all(message.hint.endswith(".") for message in messages)
    return [(message.id, message.msg) for message in messages]


def test_the_kinds_that_are_installed_lack_nothing():
    assert check_kinds() == []


def test_manage_py_check_says_it(altered):
    altered("milestone", icon="no-such-icon")
    with pytest.raises(SystemCheckError) as refused:
        call_command("check", stdout=StringIO())
    assert str(refused.value).count("relations.E") == 1
    assert "(relations.E022) “no-such-icon”, the icon of “milestone”, is not in" in str(
        refused.value
    )
    assert 'HINT: Add a `<symbol id="no-such-icon">` there.' in str(refused.value)
    call_command("check", "agreements", stdout=StringIO())


# The model ----------------------------------------------------------------------------------------------


def test_a_model_that_is_not_a_record():
    assert found(declared.model, model=Country) == [
        ("relations.E001", "The model of the kind “milestone” is not a child of Record.")
    ]


def test_a_name_that_the_model_does_not_have():
    assert found(declared.model, name="turning-point") == [
        ("relations.E002", "The kind “turning-point” is called “milestone” by its model.")
    ]


def test_a_manager_that_is_not_of_records(monkeypatch):
    monkeypatch.setitem(Milestone._meta.__dict__, "default_manager", models.Manager())
    assert found(declared.model) == [
        ("relations.E003", "The manager of “milestone” is not a RecordManager.")
    ]


@pytest.mark.parametrize("attribute", declared.NAMING)
def test_a_misspelt_name_of_a_field(monkeypatch, attribute):
    monkeypatch.setattr(Milestone, attribute, ("citations", "plaec"))
    assert found(declared.names) == [
        ("relations.E004", f"“plaec” in `{attribute}` of “milestone” is not a field of its model.")
    ]


def test_a_comparer_that_does_not_exist(monkeypatch):
    monkeypatch.setattr(Milestone, "citable", {"date": "date", "category": "choices"})
    assert found(declared.names) == [
        (
            "relations.E005",
            "`citable` of “milestone” compares “category” by “choices”, which does not exist.",
        )
    ]


# What it names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", declared.PATHS)
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("no.such.module", "No module named 'no'"),
        (
            "relations.filters.NoSuchName",
            'Module "relations.filters" does not define a "NoSuchName" attribute/class',
        ),
    ],
)
def test_a_path_that_leads_nowhere(attribute, path, why):
    sentence = f"`{path}`, the {attribute} of the kind “milestone”, cannot be loaded: {why}."
    assert found(declared.paths, **{attribute: path}) == [("relations.E006", sentence)]
    # Whatever reads the filter set or the serializer first says the same.
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        replace(MILESTONE, **{attribute: path}).part(attribute)


def test_a_filter_set_of_another_sort():
    assert found(declared.filterset, filterset=here(NotAPart)) == [
        ("relations.E007", "The filter set of “milestone” is not a RecordFilter.")
    ]


@pytest.mark.parametrize("faulty", [WithoutMeta, OfAnotherModel, WithOwnMeta])
def test_a_filter_set_without_its_meta(faulty):
    assert found(declared.filterset, filterset=here(faulty)) == [
        (
            "relations.E008",
            "The filter set of “milestone” does not say that it filters Milestone.",
        )
    ]


def test_a_filter_set_that_offers_the_conflicts_of_every_kind():
    assert found(declared.filterset, filterset=here(WithoutConflict)) == [
        ("relations.E009", "The parameter `conflict` of “milestone” offers fields of other kinds.")
    ]


def test_a_serializer_of_another_sort():
    assert found(declared.serializer, serializer=here(NotAPart)) == [
        ("relations.E010", "The serializer of “milestone” is not a RecordSerializer.")
    ]


def test_a_serializer_without_an_example():
    assert found(declared.serializer, serializer=here(WithoutExample)) == [
        ("relations.E011", "The serializer of “milestone” has no `example`.")
    ]


@pytest.mark.parametrize("other", [None, admin.ModelAdmin(Milestone, admin.site)])
def test_a_kind_without_a_form_at_the_desk(monkeypatch, other):
    monkeypatch.setitem(admin.site._registry, Milestone, other)
    assert found(declared.desk) == [("relations.E012", "“milestone” has no form at the desk.")]


def test_a_resource_of_another_sort():
    assert found(declared.loading, resource=here(NotAPart)) == [
        ("relations.E013", "The resource of “milestone” is not a RecordResource.")
    ]


def test_a_maker_of_another_sort():
    assert found(declared.loading, synthetic=here(NotAPart)) == [
        (
            "relations.E014",
            f"`{here(NotAPart)}`, which makes synthetic records of “milestone”, is not a Maker.",
        )
    ]
    assert found(declared.loading, synthetic="") == []


# How it looks -------------------------------------------------------------------------------------------


def test_a_template_that_is_not_there():
    assert found(looks.template, template="aid/aid.html") == [
        (
            "relations.E021",
            "There is no template aid/aid.html, which shows the own fields of “milestone”.",
        )
    ]


def test_a_template_with_another_ending():
    assert found(looks.template, template="relations/kinds/milestone.txt") == [
        ("relations.E020", "The template of “milestone” does not end in .html.")
    ]


def test_an_icon_that_is_not_drawn():
    assert found(looks.icon, icon="milestones") == [
        (
            "relations.E022",
            "“milestones”, the icon of “milestone”, is not in static/icons.svg: nothing would be drawn.",
        )
    ]


@pytest.mark.parametrize(
    ("base", "tokens"),
    [
        ("", "--milestone: #123456;"),
        ('[data-kind="milestone"] { --kind: var(--milestone); }', "--milestones: #123456;"),
        ('[data-kind="milestones"] { --kind: var(--milestone); }', "--milestone: #123456;"),
    ],
)
def test_a_kind_without_a_colour(settings, tmp_path, base, tokens):
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "css").mkdir()
    (tmp_path / looks.BASE).write_text(f"body {{}} {base}")
    (tmp_path / looks.TOKENS).write_text(f":root {{ {tokens} }}")
    assert found(looks.colour) == [
        ("relations.W023", "“milestone” has no colour of its own: it is drawn in grey.")
    ]


def test_without_the_sources_of_the_site_nothing_is_said_of_icons_and_colours(settings):
    settings.STATICFILES_DIRS = []
    assert found(looks.icon, icon="milestones") == found(looks.colour, name="other") == []


# The import contracts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roots", "forbidden"),
    [
        (["relations"], ["agreements"]),
        (["relations", "agreements"], []),
        (["relations", "agree"], ["agree"]),
        ([], []),
    ],
)
def test_an_app_that_the_contracts_do_not_know(settings, tmp_path, roots, forbidden):
    settings.BASE_DIR = tmp_path
    text = PYPROJECT.format(roots=roots, forbidden=forbidden).replace("'", '"')
    (tmp_path / "pyproject.toml").write_text(text)
    assert told(contracts.contract(kinds.get("agreement"))) == [
        (
            "relations.E030",
            "The import contracts do not know agreements, the app of “agreement”.",
        )
    ]
    assert told(contracts.contract(MILESTONE)) == []


def test_a_site_without_the_repository_has_no_contracts(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    assert told(contracts.contract(kinds.get("agreement"))) == []
