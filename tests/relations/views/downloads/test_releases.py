"""``/data/`` lists the releases there are and serves their files, and nothing else."""

import json

import pytest

from relations.models import Topic
from relations.releases import release
from tests.factories import TopicFactory, VisitFactory


@pytest.fixture
def shelf(settings, tmp_path):
    settings.RELEASES_DIR = tmp_path / "releases"
    return settings.RELEASES_DIR


@pytest.fixture
def releases(db, shelf):
    """The names of two releases, the older one first."""
    VisitFactory(slug="visit", guest="AZ", host="KZ")
    first = release.write(shelf).path.name
    TopicFactory()
    return [first, release.write(shelf).path.name]


@pytest.fixture
def fetch(client):
    """The answer, read to its end: ``.body``."""

    def fetch(path: str, **headers):
        response = client.get(path, secure=True, headers=headers)
        response.body = response.getvalue()
        return response

    return fetch


def files_of(page, name):
    start = f"/data/{name}/"
    found = [link.attributes["href"] for link in page.every("a")]
    return sorted(href.removeprefix(start) for href in found if href.startswith(start))


def test_without_a_release_it_says_how_one_is_made(db, shelf, get):
    assert get("/data/").one("p", class_="empty").text == "There is no release yet."
    assert "manage.py export_release" in get("/data/").one("main").text
    shelf.mkdir()
    (shelf / "2026-01-31-1").mkdir()
    (shelf / "2026-01-31-2").mkdir()
    (shelf / "2026-01-31-2" / "SHA256SUMS").write_text("x  README.md\n")
    (shelf / "2026-01-31-2" / "datapackage.json").write_text("[]")
    # What is no release is none.
    assert get("/data/").one("p", class_="empty").text == "There is no release yet."
    for address in ("/data/latest/", "/data/latest/timeline.csv", "/data/2026-01-31-2/"):
        get(address, status=404)


def test_the_newest_is_listed_whole_and_the_earlier_ones_by_name(releases, shelf, get):
    first, second = releases
    page = get("/data/")
    package = json.loads((shelf / second / "datapackage.json").read_text())
    assert page.every("h2")[0].text == f"Release {second}"
    rows = [
        [cell.text for cell in (row.one("th"), row.every("td")[0])]
        for row in page.one("table", class_="resources").one("tbody").every("tr")
    ]
    assert [count for _label, count in rows] == [f"{count}" for count in package["counts"].values()]
    assert rows[0] == ["Records of every kind", "1"]
    earlier = page.every("ul", class_="files")[1].every("a")
    assert [(link.text, link.attributes["href"]) for link in earlier] == [
        (first, f"/data/{first}/")
    ]
    assert get(f"/data/{first}/").one("h1").text == f"Release {first}"


def test_every_file_is_served_as_it_is(releases, shelf, fetch, get):
    _first, name = releases
    listed = [file for file in files_of(get("/data/"), name) if file]
    assert listed == sorted(path.name for path in (shelf / name).iterdir())
    for file in listed:
        response = fetch(f"/data/{name}/{file}")
        assert response.body == (shelf / name / file).read_bytes()
        assert response["Content-Disposition"] == f'attachment; filename="{file}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Length"] == str((shelf / name / file).stat().st_size)
        again = fetch(f"/data/{name}/{file}", **{"If-None-Match": response["ETag"]})
        assert (again.status_code, again.body) == (304, b"")
    types = {
        "timeline.csv": "text/csv; charset=utf-8",
        "timeline.jsonl": "application/jsonl",
        "entente.sqlite3": "application/vnd.sqlite3",
        "SHA256SUMS": "text/plain; charset=utf-8",
        "datapackage.json": "application/json",
    }
    assert {file: fetch(f"/data/{name}/{file}")["Content-Type"] for file in types} == types


def test_the_newest_has_an_address_of_its_own(releases, fetch):
    name = releases[-1]
    for path, leads_to in {
        "/data/latest/": f"/data/{name}/",
        "/data/latest/timeline.csv": f"/data/{name}/timeline.csv",
    }.items():
        response = fetch(path)
        assert (response.status_code, response["Location"]) == (302, leads_to)


def test_no_other_file_is_ever_served(releases, shelf, fetch):
    name = releases[-1]
    (shelf / name / "unlisted.txt").write_text("secret")
    (shelf / "secret.txt").write_text("secret")
    hidden = shelf / ".release-unfinished"
    hidden.mkdir()
    (hidden / "README.md").write_text("secret")
    with (shelf / name / "SHA256SUMS").open("a") as sums:
        sums.write("0  ../secret.txt\n")
    for path in (
        f"/data/{name}/unlisted.txt",
        f"/data/{name}/../secret.txt",
        f"/data/{name}/..%2Fsecret.txt",
        f"/data/{name}/%2e%2e",
        f"/data/{name}/%2Fetc%2Fpasswd",
        f"/data/{name}/nothing.csv",
        "/data/../secret.txt",
        "/data/latest/unlisted.txt",
        "/data/.release-unfinished/README.md",
        "/data/2026-01-31-99/README.md",
    ):
        response = fetch(path)
        assert response.status_code == 404, path
        assert b"secret</" not in response.body
    # One that is listed and lost is not there either.
    (shelf / name / "topics.csv").unlink()
    assert fetch(f"/data/{releases[0]}/topics.csv").status_code == 200
    assert fetch(f"/data/{name}/topics.csv").status_code == 404


@pytest.mark.parametrize("path", ["/data/", "/data/{}/", "/data/{}/README.md"])
def test_a_parameter_is_refused(releases, get, path):
    page = get(f"{path.format(releases[0])}?relaese=1", status=400)
    assert "relaese" in page.one("section", class_="problems").text


def test_a_known_page_is_not_sent_again_until_there_is_another_release(releases, shelf, fetch):
    tag = {"If-None-Match": fetch("/data/")["ETag"]}
    assert fetch("/data/", **tag).status_code == 304
    Topic.objects.all().delete()
    response = fetch("/data/", **tag)
    assert response.status_code == 200
    assert "The record has changed once since." in response.body.decode()
    tag = {"If-None-Match": response["ETag"]}
    third = release.write(shelf).path.name
    response = fetch("/data/", **tag)
    assert response.status_code == 200
    assert f"Release {third}" in response.body.decode()
    assert "has changed once since" not in response.body.decode()


def test_search_engines_are_told_of_the_files(releases, get):
    name = releases[-1]
    (block,) = [
        script
        for script in get(f"/data/{name}/").one("head").every("script")
        if script.attributes.get("type") == "application/ld+json"
    ]
    data = json.loads(block.text)
    assert (data["@type"], data["version"]) == ("Dataset", name)
    assert data["url"] == f"https://entente.example/data/{name}/"
    by_name = {file["name"]: file for file in data["distribution"]}
    assert (
        by_name["timeline.csv"]["contentUrl"] == f"https://entente.example/data/{name}/timeline.csv"
    )
    assert by_name["timeline.csv"]["encodingFormat"] == "text/csv"
