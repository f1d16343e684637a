"""Which tests run once more on a site that has one kind of record more: those that take their world from the registry.

``tests/newcomer`` holds that kind, in an app of its own. By hand, of one file:
``pytest --ds=tests.newcomer.settings tests/relations/lists/test_facets.py``.
"""

SETTINGS = "tests.newcomer.settings"
OF_THE_KIND = ("tests/newcomer",)
GENERIC = (
    "tests/relations/admin/test_pages.py",
    "tests/relations/api/test_objects.py",
    "tests/relations/api/test_schema.py",
    "tests/relations/filters",
    "tests/relations/importing/test_check.py",
    "tests/relations/lists/test_facets.py",
    "tests/relations/loading/test_synthetic.py",
    "tests/relations/system_checks",
    "tests/relations/test_unpublished.py",
    "tests/relations/views/embed/test_pages.py",
    "tests/relations/views/records/test_pages.py",
)
# About what the repository publishes, which does not have that kind: the description of the API, the data set.
OF_THE_PRODUCT = (
    "tests/relations/api/test_schema.py::test_it_is_the_one_that_is_committed",
    "tests/relations/importing/test_check.py::test_the_whole_data_set_comes_back_as_it_went_out",
)


def arguments(*, generic: bool) -> list[str]:
    """What pytest is told: the kind's own tests, with the generic ones or without."""
    left_out = [f"--deselect={name}" for name in OF_THE_PRODUCT]
    return [f"--ds={SETTINGS}", *OF_THE_KIND, *(GENERIC if generic else ()), *left_out]
