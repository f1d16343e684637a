"""The one shape of every error."""

from relations.http.problem_details import PARAMETERS_TYPE


def assert_problem(response, status, *, parameters=(), nearest=None, valid=None):
    """An answer is problem details with that status, about exactly these parameters."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert list(body) == ["type", "title", "status", "detail", "instance", "problems"]
    assert body["status"] == status
    assert body["type"] == (PARAMETERS_TYPE if parameters else "about:blank")
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("/api/")
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    assert [problem["parameter"] for problem in body["problems"]] == list(parameters)
    for problem in body["problems"]:
        assert list(problem) == ["parameter", "reason", "valid", "nearest"]
        assert problem["reason"]
    if nearest is not None:
        assert body["problems"][0]["nearest"] == nearest
    if valid is not None:
        assert body["problems"][0]["valid"] == valid
    return body
