"""Every sort of page: light and dark, on a phone, enlarged, on paper, at rest.

Each is accessible, quiet and as wide as its window, holds still, and says in words what it draws.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import resolve
from playwright.sync_api import expect

from relations import kinds
from relations.models import Change, Record
from relations.releases import release
from relations.views import urls
from relations.views.records.preview import preview_address
from tests.factories import RelationFactory, VisitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # What passed is not described: most of the time goes into that.
    "resultTypes": ["violations"],
}
DESK = {"width": 1280, "height": 900}
ENLARGED = {"width": 640, "height": 450}  # the desk at 200 %: half the pixels, each twice as large
PHONE = {"width": 320, "height": 640}
PAPER = {"width": 673, "height": 987}  # A4 between its margins, at 96 pixels an inch
TWO_PIXELS_TO_ONE = 2
RELATION = "/azerbaijan-kazakhstan/"
CONTESTED = "/agreements/strategic-partnership-2005/"
# Addresses of pages by what they show. Kinds of record join by themselves; another view has to be added.
PAGES = {
    "home": "/",
    "relation": RELATION,
    "relation, compact": f"{RELATION}?view=compact&kind=visit",
    "relation, filtered": f"{RELATION}?topic=energy",
    "relation, searched": f"{RELATION}?q=oil",
    "relation, nothing found": f"{RELATION}?topic=energy&date_before=1900",
    "trade": f"{RELATION}trade/",
    "map": f"{RELATION}map/",
    "timeline": "/timeline/?q=pipeline",
    "on this day": "/on-this-day/",
    "on a day": "/on-this-day/?day=05-24",
    "disagreements": "/disagreements/",
    "coverage": "/coverage/",
    "coverage, filtered": "/coverage/?topic=energy&kind=agreement",
    "changes": "/changes/",
    "data": "/data/",
    "release": "/data/{release}/",
    "change": "/changes/{change}/",
    "method": "/about/method/",
    "promise of the API": "/about/api/",
    "tutorial of the API": "/about/api/tutorial/",
    "embed": "/embed/azerbaijan-kazakhstan/?topic=energy",
    "topics": "/topics/",
    "topic": "/topics/energy/",
    "sources": "/sources/",
    "source": "/sources/jabbarova-2025/",
    "organizations": "/organizations/",
    "organization": "/organizations/organization-of-turkic-states/",
    "people": "/people/",
    "person": "/people/nursultan-nazarbayev/",
    "places": "/places/",
    "place": "/places/baku/",
    "projects": "/projects/",
    "project": "/projects/trans-caspian-international-transport-route/",
    **{f"{kind.name} list": f"/{kind.path}/?date_after=2023" for kind in kinds.every()},
    **{kind.name: f"{{{kind.name}}}" for kind in kinds.every()},
    "agreement, contested": CONTESTED,
    "agreement in a list": "/agreements/trade-economic-principles-1993/?topic=trade",
    "visit of state": "/visits/aliyev-official-state-visit-kazakhstan-2004/",
    "preview of a draft": "{preview}",
    "report": f"{CONTESTED}report/",
    "thanks for a report": f"{CONTESTED}report/sent/",
}
# What a program reads; the export that is not there and its like are among the errors.
FOR_PROGRAMS = re.compile(r"healthz|robots|sitemap|oembed|changes-feed|data-file|.*-(export|cite)$")

# Summed from the first paint on, as the browser reports it.
SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver(list => {
    for (const one of list.getEntries()) window.layoutShift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Durations are in seconds, a list where there are several.
IN_MOTION = """() => [...document.querySelectorAll("*")].flatMap(element =>
    [null, "::before", "::after"].flatMap(part => {
        const style = getComputedStyle(element, part);
        const longest = Math.max(...[style.transitionDuration, style.animationDuration]
            .flatMap(text => text.split(",").map(parseFloat)));
        return longest > 0.01 || style.scrollBehavior === "smooth"
            ? [`${element.tagName} .${element.classList} ${part ?? ""} ${longest} s`] : [];
    }))"""
# What stands above what it follows is read in another order than it is seen, and moves it when it arrives.
OUT_OF_ORDER = """() => [...document.querySelectorAll("body :not(svg *)")].filter(later => {
    const earlier = later.previousElementSibling;
    if (!earlier || [earlier, later].some(one =>
        !one.checkVisibility() || /absolute|fixed/.test(getComputedStyle(one).position))) return false;
    const [a, b] = [earlier.getBoundingClientRect(), later.getBoundingClientRect()];
    return b.bottom <= a.top && b.left < a.right && a.left < b.right && b.height && a.height;
}).map(later => `${later.tagName} .${later.classList}`)"""
# A picture is hidden from those who do not see it, or has a name; where parts of it can be followed, each has
# its own, and the same stands in the text as a table or a list.
DRAWN_ONLY = """() => [...document.querySelectorAll("svg")]
    .filter(one => !one.closest("[aria-hidden=true]") && !one.parentElement.closest("svg"))
    .filter(one => {
        const name = one.getAttribute("aria-label")?.trim();
        if (one.getAttribute("role") === "img") return !name;
        const parts = [...one.querySelectorAll("a")];
        return !(name && one.getAttribute("role") === "group"
            && parts.every(part => part.getAttribute("aria-label") || part.querySelector("title"))
            && document.querySelector("main :is(table, ul, ol)"));
    })
    .map(one => one.outerHTML.slice(0, 150))"""

# A page asks for the sheet of its sort: what stands on it must be styled there, when it is styled anywhere.
UNSTYLED = """() => {
    const selectors = rule => rule.media?.mediaText === "print"
        ? [] : [rule.selectorText ?? "", ...[...rule.cssRules ?? []].flatMap(selectors)];
    const text = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules].flatMap(selectors)).join(" ");
    const styled = new Set([...text.matchAll(/\\.([a-z][\\w-]*)/gi)].map(found => found[1]));
    const used = [...document.querySelectorAll("[class]")].flatMap(element => [...element.classList]);
    return [...new Set(used)].filter(name => !styled.has(name) && !name.startsWith("is-"));
}"""
STYLED = {
    name
    for sheet in (settings.BASE_DIR / "static/css").rglob("*.css")
    # What is said of paper stands last.
    for name in re.findall(r"\.([a-z][\w-]*)", sheet.read_text().partition("@media print")[0], re.I)
}


def problems(page, **options):
    """What axe finds, one line each; ``options`` are more of its own."""
    results = Axe().run(page, options=RULES | options).response["violations"]
    return [
        f"{found['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for found in results
        for node in found["nodes"]
    ]


def faults(page, variant, **options):
    """What axe finds and how far the page is wider than its window, told with the variant."""
    wider = page.evaluate(TOO_WIDE)
    found = problems(page, **options) + ([f"{wider} px too wide"] if wider > 0 else [])
    return [f"{variant}: {one}" for one in found]


def unsteady(page, variant):
    """What moved while the page came, and what is bound to move something when it comes later."""
    shift = page.evaluate("window.layoutShift")
    found = [f"{variant}: above what it follows: {one}" for one in page.evaluate(OUT_OF_ORDER)]
    return [*found, f"{variant}: shifts by {shift}"] if shift else found


def on_desk_and_phone(page, arrive):
    """All that is wrong with a page at two sizes, enlarged, in both schemes and on paper.

    ``arrive`` opens the page; what it has shown is measured before the window is resized.
    """
    page.set_viewport_size(DESK)
    page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
    arrive()
    found = faults(page, "light") + unsteady(page, "light")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} h1")
    found += [f"not in words: {one}" for one in page.evaluate(DRAWN_ONLY)]
    found += [f"not styled here: {one}" for one in page.evaluate(UNSTYLED) if one in STYLED]
    page.emulate_media(reduced_motion="reduce")
    found += [f"moves: {one}" for one in page.evaluate(IN_MOTION)]
    page.set_viewport_size(ENLARGED)
    # The colours are those seen above, and to compare them takes longer than all the rest.
    found += faults(page, "200 %", rules={"color-contrast": {"enabled": False}})
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    if (wider := page.evaluate(TOO_WIDE)) > 0:
        found.append(f"on paper: {wider} px too wide")
    found += [
        f"on paper: {one}"
        for one in page.locator("nav a, [role=search]").filter(visible=True).all_inner_texts()
    ]
    page.set_viewport_size(PHONE)
    page.emulate_media(media="screen", color_scheme="dark", reduced_motion="no-preference")
    arrive()
    return found + faults(page, "phone, dark") + unsteady(page, "phone")


@pytest.fixture
def tab(open_page):
    page = open_page(viewport=DESK, device_scale_factor=TWO_PIXELS_TO_ONE)
    page.add_init_script(SHIFTS)
    return page


@pytest.fixture
def address_of(dataset, settings, tmp_path):
    """The address of one of ``PAGES``, with the published data set behind it."""
    settings.RELEASES_DIR = tmp_path
    found = {
        kind.name: kind.model.objects.published().order_by("pk").last().get_absolute_url()
        for kind in kinds.every()
    }
    found["change"] = Change.objects.filter(substantive=True).latest("pk").pk
    found["preview"] = preview_address(VisitFactory(stage="draft", countries=["AZ", "KZ"]))

    def address_of(name):
        path = PAGES[name]
        if path.startswith("/data/"):
            found["release"] = release.write(tmp_path).path.name
        return path.format(**found)

    return address_of


def sort_of(name):
    """A form is the same for every kind."""
    return re.sub(r".*-(report|reported)$", r"\1", name)


def test_every_sort_of_page_is_looked_at(address_of):
    sorts = {sort_of(one.name) for one in urls.urlpatterns if not FOR_PROGRAMS.match(one.name)}
    addresses = [address_of(name) for name in PAGES]
    met = {sort_of(resolve(path.partition("?")[0]).url_name) for path in addresses}
    assert met == sorts
    assert Record.objects.published().get(slug=CONTESTED.split("/")[2]).evidence == "conflict"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_site(address_of, tab, name):
    address = address_of(name)

    def arrive():
        assert tab.goto(address).status == 200

    assert "\n".join(on_desk_and_phone(tab, arrive)) == ""


@pytest.mark.console_noise("the answers are errors")
def test_every_error(tab, subtests):
    RelationFactory()
    visit = VisitFactory(slug="a-visit", countries=["AZ", "KZ"])
    withdrawn = VisitFactory(slug="withdrawn", title="Withdrawn", countries=["AZ", "KZ"])
    withdrawn.stage = "withdrawn"
    withdrawn.save()

    def refused_report():
        tab.goto(f"{visit.get_absolute_url()}report/")
        with tab.expect_response(lambda response: response.request.method == "POST") as answer:
            tab.get_by_role("button", name="Send to the editors").click()
        assert answer.value.status == 400
        expect(tab.get_by_role("alert")).to_be_visible()
        # Seen before its sheet has come, a page may be too wide.
        tab.wait_for_load_state("load")

    logged = []
    tab.on("console", lambda message: logged.append((message.type, message.text)))

    with subtests.test(page="a report that is refused"):
        assert "\n".join(on_desk_and_phone(tab, refused_report)) == ""

    for address, status in {
        "/nowhere/": 404,
        "/visits/nowhere/": 404,
        f"{RELATION}timeline.xyz": 404,
        "/embed/nowhere/": 404,
        withdrawn.get_absolute_url(): 410,
        f"{RELATION}?dat=1&kind=viist": 400,
        f"{RELATION}trade/?dat=1": 400,
        f"{RELATION}map/?dat=1": 400,
        f"/embed{RELATION}?dat=1": 400,
        "/on-this-day/?day=02-31": 400,
        "/changes/?dat=1": 400,
    }.items():

        def arrive(address=address, status=status):
            assert tab.goto(address).status == status

        with subtests.test(page=address):
            assert "\n".join(on_desk_and_phone(tab, arrive)) == ""

    # The marker lets all through: nothing but the status itself may have been said.
    errors = [text for level, text in logged if level == "error"]
    assert [text for text in errors if not text.startswith("Failed to load resource")] == []


def test_the_description_of_the_api(tab):
    """What is ours of it: the rest is drawn by Swagger UI, as it comes."""
    assert tab.goto("/api/v1/docs/").status == 200
    expect(tab.locator("#operations")).to_be_visible()
    ours = {"exclude": [["#swagger-ui"]]}
    assert Axe().run(tab, context=ours, options=RULES).response["violations"] == []
    assert tab.locator("h1:not(#swagger-ui *)").all_inner_texts() == ["The Entente API"]
    assert tab.locator("main").count() == 1
