"""Likely twins are shown before anything is stored, and stored beside them only on purpose."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from agreements.models import Agreement
from relations.models import RecordLink, Visit
from tests import factories
from tests.relations.admin.forms import errors_of, form_of, url

NAME = "_none_is_the_same"
ASKED = (
    "Nothing was stored yet, because there are records that may be the same. Look at them; if "
    "none of them is the same, say so below them and save again."
)
SAME = "the same countries and date, and a title that is much alike"
TALKS = "Talks on transit"


@pytest.fixture
def talks(db):
    return visit()


def visit(**values):
    given = {
        "title": TALKS,
        "date": "1996-09-16",
        "guest": "KZ",
        "host": "AZ",
        "countries": ("AZ", "KZ"),
    }
    return factories.VisitFactory(**{**given, **values})


def typed(client, model=Visit, **values) -> dict:
    """What a browser would send of a new record that is the same."""
    form = {**form_of(client.get(url(model, "add")), model), "citations-TOTAL_FORMS": "0"}
    given = {
        "title": TALKS.upper(),
        "date": "16.09.1996",
        "countries": ["AZ", "KZ"],
        "summary": "Mine.",
    }
    return {**form, **given, **values}


def send(client, form, model=Visit, **values):
    return client.post(url(model, "add"), {**form, **values})


def shown(response) -> list[tuple[str, str]]:
    assert response.status_code == 200
    return [(twin.record.slug, twin.why) for twin in response.context["twins"]]


def test_the_first_save_shows_them_and_stores_nothing(desk, talks):
    form = typed(desk)
    response = send(desk, form)
    assert errors_of(response) == {"__all__": [ASKED]}
    assert shown(response) == [(talks.slug, SAME)]
    page = response.content.decode()
    link = url(Visit, "change", talks.pk)
    assert f'<a href="{link}" target="_blank" rel="noopener">{TALKS}</a>' in page
    assert SAME in page
    assert f'<input type="checkbox" name="{NAME}" value="{talks.pk}">' in page
    assert Visit.objects.get() == talks
    # Nothing that was typed is lost.
    back = form_of(response, Visit)
    assert (back["title"], back["summary"], back["countries"]) == (
        TALKS.upper(),
        "Mine.",
        ["AZ", "KZ"],
    )
    assert NAME not in back


def test_whoever_says_that_none_is_the_same_stores_it(desk, talks):
    form = form_of(send(desk, typed(desk)), Visit)
    assert send(desk, form, **{NAME: str(talks.pk)}).status_code == 302
    assert sorted(Visit.objects.values_list("title", flat=True)) == sorted([TALKS, TALKS.upper()])


def test_a_twin_that_appears_meanwhile_is_shown_as_well(desk, talks):
    form = typed(desk, **{NAME: str(talks.pk)})
    other = visit(stage="draft")
    response = send(desk, form)
    assert sorted(shown(response)) == sorted([(talks.slug, SAME), (other.slug, SAME)])
    assert Visit.objects.count() == 2
    keys = response.context["twins_keys"]
    assert sorted(keys.split(",")) == sorted([str(talks.pk), str(other.pk)])
    assert send(desk, form, **{NAME: keys}).status_code == 302
    assert Visit.objects.count() == 3


@pytest.mark.parametrize("value", ["", "on", "yes", "-1", "9" * 30, "0,,x", "\0"])
def test_a_confirmation_of_nothing_confirms_nothing(desk, talks, value):
    assert shown(send(desk, typed(desk), **{NAME: value})) == [(talks.slug, SAME)]
    assert Visit.objects.count() == 1


def test_what_was_confirmed_stays_so_while_other_things_are_mended(desk, talks):
    response = send(desk, typed(desk, date="1996-13", **{NAME: str(talks.pk)}))
    assert list(errors_of(response)) == ["date"]
    assert shown(response) == []
    form = form_of(response, Visit)
    assert form[NAME] == str(talks.pk)
    assert send(desk, form, date="1996-09-16").status_code == 302


def test_what_is_lacking_and_what_may_be_the_same_are_said_at_once(desk, talks):
    response = send(desk, typed(desk, stage="published"))
    assert shown(response) == [(talks.slug, SAME)]
    assert [item.anchor for item in response.context["lacking"]] == ["citations-group"]
    again = send(desk, form_of(response, Visit), **{NAME: str(talks.pk)})
    assert shown(again) == []
    assert [item.anchor for item in again.context["lacking"]] == ["citations-group"]
    assert Visit.objects.count() == 1


def test_countries_that_the_kind_names_count(desk):
    stored = factories.AgreementFactory(title="Oil pact", date="1996", countries=("AZ", "KZ"))
    form = typed(desk, Agreement, title="Oil pact", date="1996", countries=[])
    parties = {
        "parties-TOTAL_FORMS": "2",
        "parties-0-country": "AZ",
        "parties-1-country": "KZ",
    }
    assert shown(send(desk, form, Agreement, **parties)) == [(stored.slug, SAME)]
    assert send(desk, form, Agreement).status_code == 302


def test_the_same_official_text(desk):
    stored = factories.AgreementFactory(title="Pact", date="1990", official_url="https://un.org/1/")
    form = typed(desk, Agreement, title="Other", official_url="http://un.org/1")
    factories.country("AZ"), factories.country("KZ")
    assert shown(send(desk, form, Agreement)) == [(stored.slug, "the same official address")]


# A record that is changed ----------------------------------------------------------------------------------


def save(client, row, **values):
    page = url(type(row), "change", row.pk)
    return client.post(page, {**form_of(client.get(page), type(row)), **values})


def test_a_change_that_makes_it_the_same_asks(desk, talks):
    other = visit(title="Something else", stage="draft")
    assert save(desk, other, summary="Longer.").status_code == 302
    response = save(desk, other, title=TALKS)
    assert shown(response) == [(talks.slug, SAME)]
    other.refresh_from_db()
    assert (other.title, other.summary) == ("Something else", "Longer.")
    assert save(desk, other, title=TALKS, **{NAME: str(talks.pk)}).status_code == 302


def test_a_change_of_anything_else_asks_nothing(desk, talks):
    other = visit(stage="draft")
    assert save(desk, other, summary="Longer.", stage="review").status_code == 302
    assert shown(save(desk, other, date="1996-09")) != []


def test_records_that_are_linked_are_known_to_be_two(desk, talks):
    there, back = visit(title="First", stage="draft"), visit(title="Second", stage="draft")
    RecordLink.objects.create(source=there, target=talks.record_ptr, type="follows")
    RecordLink.objects.create(source=talks.record_ptr, target=back, type="possibly-same-as")
    assert save(desk, there, title=TALKS).status_code == 302
    assert shown(save(desk, back, title=TALKS)) == [(there.slug, SAME)]


def test_what_is_withdrawn_in_the_same_save_asks_nothing(desk, talks):
    other = visit(title="Something else")
    assert save(desk, other, title=TALKS, stage="withdrawn", reason="Twice").status_code == 302


def test_a_stale_form_is_told_first_that_it_is_stale(desk, talks):
    other = visit(title="Something else", stage="draft")
    page = url(Visit, "change", other.pk)
    form = form_of(desk.get(page), Visit)
    save(desk, other, summary="Hers.")
    stale = desk.post(page, {**form, "title": TALKS})
    assert shown(stale) == []
    assert stale.context["desk_moved"] is not None
    assert shown(desk.post(page, form_of(stale, Visit))) == [(talks.slug, SAME)]


# Who sees what ---------------------------------------------------------------------------------------------


def member(*permissions: str) -> Client:
    user = User.objects.create_user("a clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_who_may_not_see_records_is_shown_none(talks, settings):
    settings.SECURE_SSL_REDIRECT = False
    client = member("add_visit", "view_country")
    assert send(client, typed(client)).status_code == 302
    assert Visit.objects.count() == 2


def test_an_editor_is_shown_what_is_published(talks, settings):
    settings.SECURE_SSL_REDIRECT = False
    client = member("view_country")
    User.objects.get().groups.set(Group.objects.filter(name="Editor"))
    assert shown(send(client, typed(client))) == [(talks.slug, SAME)]


def test_queries_do_not_grow_with_twins(desk, talks, django_assert_max_num_queries):
    form = typed(desk)
    send(desk, form)
    with django_assert_max_num_queries(120) as one:
        send(desk, form)
    for _number in range(4):
        visit()
    with django_assert_max_num_queries(len(one)):
        assert len(shown(send(desk, form))) == 5
