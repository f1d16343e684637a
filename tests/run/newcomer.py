"""Which tests run once more on a site that has one kind of record more: those that take their world from the registry.

``tests/newcomer`` holds that kind, in an app of its own. By hand, of one file:
``pytest --ds=tests.newcomer.settings tests/relations/lists/test_facets.py``.
"""

SETTINGS = "tests.newcomer.settings"
OF_THE_KIND = ("tests/newcomer",)
DESK = "tests/relations/admin/test_pages.py"
FACETS = "tests/relations/lists/test_facets.py"
RECORDS = "tests/relations/views/records/test_pages.py"
GENERIC = (
    # The desk, of which the other models are not asked again.
    f"{DESK}::test_what_is_on_the_desk",
    f"{DESK}::test_the_index_begins_with_the_records",
    f"{DESK}::test_every_page_opens[aid.Aid]",
    f"{DESK}::test_a_list_costs_the_same_for_one_row_and_for_thirty[aid.Aid]",
    f"{DESK}::test_every_choice_of_every_filter_opens[aid.Aid]",
    f"{DESK}::test_who_may_only_look_alters_nothing[aid.Aid]",
    # The API and its description, facets, tables.
    "tests/relations/api/test_schema.py",
    f"{FACETS}::test_each_count_is_what_the_list_then_counts[aid]",
    f"{FACETS}::test_each_count_is_what_the_list_then_counts[timeline]",
    "tests/relations/importing/test_check.py::test_the_template_names_every_column_and_its_meaning",
    # What every record does.
    "tests/relations/loading/test_synthetic.py::test_records_are_varied_sound_and_say_what_they_are",
    "tests/relations/system_checks/test_kinds.py::test_the_kinds_that_are_installed_lack_nothing",
    "tests/relations/test_unpublished.py",
    f"{RECORDS}::test_every_citable_field_of_a_kind_has_its_passages_on_the_page[aid]",
    "tests/relations/views/test_pages.py::test_every_list_answers_when_nothing_is_on_record[/aid/]",
)
# About what the repository publishes, which does not have that kind: the committed description of the API.
OF_THE_PRODUCT = ("tests/relations/api/test_schema.py::test_it_is_the_one_that_is_committed",)


def arguments(*, generic: bool) -> list[str]:
    """What pytest is told: the kind's own tests, with the generic ones or without."""
    left_out = [f"--deselect={name}" for name in OF_THE_PRODUCT]
    return [f"--ds={SETTINGS}", *OF_THE_KIND, *(GENERIC if generic else ()), *left_out]
