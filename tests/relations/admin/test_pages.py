"""Every page of every model on the desk opens; lists cost the same for one row and for thirty."""

from functools import partial

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User

from agreements.models import Agreement
from relations import kinds, models
from tests import factories
from tests.relations.admin.forms import url


def maker(model):
    """Makes records of a kind that name as many countries as they can."""
    named = [one.name for one in model._meta.local_fields if one.related_model is models.Country]
    return partial(factories.factory_of(model), **dict(zip(named, ("AZ", "KZ"), strict=False)))


MAKE = {
    **{kind.model: maker(kind.model) for kind in kinds.every()},
    models.Citation: lambda: factories.CitationFactory(entity=factories.OrganizationFactory()),
    models.Country: factories.CountryFactory,
    models.Import: factories.ImportFactory,
    models.Membership: factories.MembershipFactory,
    models.Organization: factories.OrganizationFactory,
    models.Person: factories.PersonFactory,
    models.Place: factories.PlaceFactory,
    models.Project: factories.ProjectFactory,
    models.Relation: factories.RelationFactory,
    models.Report: factories.ReportFactory,
    models.Source: factories.SourceFactory,
    models.Tenure: factories.TenureFactory,
    models.Topic: factories.TopicFactory,
    Group: lambda: Group.objects.create(name=f"Group {Group.objects.count()}"),
    User: lambda: User.objects.create(username=f"user-{User.objects.count()}"),
}
# Written by the data layer or seen in the forms of their kinds: nothing is added here.
READ_ONLY = {models.AccountEvent, models.Change, models.Entity, models.FormerAddress, models.Record}
# Readers write them.
NOT_ADDED = {*READ_ONLY, models.Report}
# Pages of the parent rows lead to those of the child.
LEAD_ON = {
    models.Entity: ("organization", factories.OrganizationFactory),
    models.Record: ("visit", factories.VisitFactory),
}


def make(model):
    if model in LEAD_ON:
        return LEAD_ON[model][1]()
    if model is models.Change:
        factories.TopicFactory()
        return models.Change.objects.latest("number")
    if model is models.FormerAddress:
        topic = factories.TopicFactory()
        topic.slug = f"renamed-{topic.pk}"
        topic.save()
        return models.FormerAddress.objects.latest("pk")
    if model is models.AccountEvent:
        User.objects.create(username=f"novice-{User.objects.count()}")
        return models.AccountEvent.objects.latest("pk")
    return MAKE[model]()


def registered():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_what_is_on_the_desk():
    assert set(registered()) == {*MAKE, *READ_ONLY}


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_every_page_opens(desk, model):
    pk = make(model).pk
    pages = {
        "changelist": desk.get(url(model, "changelist")).status_code,
        "add": desk.get(url(model, "add")).status_code,
        "change": desk.get(url(model, "change", pk)).status_code,
        "history": desk.get(url(model, "history", pk)).status_code,
    }
    of_a_row = 302 if model in LEAD_ON else 200
    assert pages == {
        "changelist": 200,
        "add": 403 if model in NOT_ADDED else 200,
        "change": of_a_row,
        "history": of_a_row,
    }


@pytest.mark.parametrize("name", ["change", "history", "delete"])
@pytest.mark.parametrize("model", LEAD_ON, ids=lambda model: model._meta.label)
def test_a_parent_row_leads_to_the_page_of_its_kind(desk, model, name):
    row = make(model)
    response = desk.get(url(model, name, row.pk))
    assert response.url == f"/admin/relations/{LEAD_ON[model][0]}/{row.pk}/{name}/"


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_a_list_costs_the_same_for_one_row_and_for_thirty(
    desk, model, django_assert_num_queries, django_assert_max_num_queries
):
    make(model)
    page = url(model, "changelist")
    desk.get(page)
    with django_assert_max_num_queries(15) as one:
        desk.get(page)
    if model not in (models.Country, models.Relation):
        for _ in range(29):
            make(model)
    with django_assert_num_queries(len(one)):
        response = desk.get(page)
    assert response.context["cl"].result_count >= (
        1 if model in (models.Country, models.Relation) else 30
    )


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_every_choice_of_every_filter_opens(desk, model):
    make(model)
    page = url(model, "changelist")
    listed = desk.get(page).context["cl"]
    for spec in listed.filter_specs:
        for choice in spec.choices(listed):
            response = desk.get(f"{page}{choice['query_string']}")
            assert response.status_code == 200, choice["query_string"]


def test_the_index_begins_with_the_records(desk):
    groups = [
        (group["name"], [entry["object_name"] for entry in group["models"]])
        for group in desk.get("/admin/").context["app_list"]
    ]
    assert groups == [
        ("Records", ["Record", *(kind.model.__name__ for kind in kinds.every())]),
        ("Tables", ["Import"]),
        ("From readers", ["Report"]),
        ("Who, where and what", ["Organization", "Person", "Place", "Project"]),
        ("Sources", ["Source", "Citation"]),
        ("Reference", ["Relation", "Country", "Topic"]),
        ("What changed", ["Change", "FormerAddress"]),
        ("Accounts", ["User", "Group", "AccountEvent"]),
    ]


def test_the_desk_says_whose_it_is(desk):
    page = desk.get("/admin/").content.decode()
    assert '<div id="site-name"><a href="/admin/">Entente</a></div>' in page
    assert "<title>The staff’s desk | Entente</title>" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Caspian", ["Caspian statement"]),
        ("pension", ["Pensions"]),
        ("caspian-1996", ["Caspian statement"]),
        ("nothing of the kind", []),
    ],
)
@pytest.mark.parametrize("model", [Agreement, models.Record], ids=lambda model: model._meta.label)
def test_records_are_searched_by_title_address_and_summary(desk, model, query, found):
    factories.AgreementFactory(title="Caspian statement", slug="caspian-1996")
    factories.AgreementFactory(title="Pensions", summary="On the pensions of workers")
    response = desk.get(url(model, "changelist"), {"q": query})
    assert [row.title for row in response.context["cl"].result_list] == found


def test_entities_are_found_by_their_other_names(desk):
    bank = factories.OrganizationFactory(name="Islamic Development Bank")
    factories.NameFactory(entity=bank, text="IsDB")
    factories.OrganizationFactory(name="Turkic Council")
    response = desk.get(url(models.Organization, "changelist"), {"q": "isdb"})
    assert [row.name for row in response.context["cl"].result_list] == ["Islamic Development Bank"]


def test_a_list_shows_the_date_no_more_exactly_than_it_is_known(desk):
    factories.AgreementFactory(title="Pact", date="[1993-02-24,1993-12-24]")
    row = desk.get(url(Agreement, "changelist")).content.decode()
    assert "24 February or 24 December 1993" in row
    assert "desk-evidence desk-single" in row


def test_lists_are_in_the_order_of_the_dates(desk):
    for date in ("2008-09", "1996-09-16", "[..2025-10-16]"):
        factories.AgreementFactory(title=date, date=date)
    response = desk.get(url(Agreement, "changelist"))
    assert [row.title for row in response.context["cl"].result_list] == [
        "[..2025-10-16]",
        "2008-09",
        "1996-09-16",
    ]


def test_a_list_is_filtered(desk):
    topic = factories.TopicFactory()
    factories.AgreementFactory(title="draft", stage="draft", cited=False)
    factories.AgreementFactory(title="kept", topics=[topic], instrument="treaty")
    factories.AgreementFactory(title="other", instrument="treaty")
    page = url(Agreement, "changelist")

    def titles(**filters):
        return sorted(row.title for row in desk.get(page, filters).context["cl"].result_list)

    assert titles(stage__exact="draft") == ["draft"]
    assert titles(instrument__exact="treaty") == ["kept", "other"]
    assert titles(topics__id__exact=topic.pk) == ["kept"]
    assert titles(evidence__exact="unsourced") == ["draft"]


# Tables are for those who may add records, and each sees their own.
@pytest.mark.parametrize(
    "model",
    sorted(MAKE.keys() - {models.Import}, key=lambda model: model._meta.label),
    ids=lambda model: model._meta.label,
)
def test_who_may_only_look_alters_nothing(client, settings, db, model):
    settings.SECURE_SSL_REDIRECT = False
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    pk = make(model).pk
    answers = [
        client.get(url(model, "changelist")).status_code,
        client.get(url(model, "change", pk)).status_code,
        client.get(url(model, "history", pk)).status_code,
        client.get(url(model, "add")).status_code,
        client.post(url(model, "change", pk), {}).status_code,
        client.post(url(model, "delete", pk), {"post": "yes"}).status_code,
    ]
    assert answers == [200, 200, 200, 403, 403, 403]


def test_the_desk_is_for_staff(client, settings, db):
    settings.SECURE_SSL_REDIRECT = False
    client.force_login(User.objects.create_user("visitor"))
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
