"""Record: the parent row of every kind, and the row of the timeline."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from modelsearch.queryset import SearchableQuerySetMixin

from relations import dates, kinds
from relations.models.base import Addressed, SlugManager, TrackedQuerySet, edtf_field
from relations.models.countries import Country
from relations.models.entities import Organization, Person, Place, Project
from relations.models.sources import Topic


class RecordQuerySet(SearchableQuerySetMixin, TrackedQuerySet):
    def published(self):
        """The only visibility rule: what the public may see."""
        return self.filter(stage=Record.Stage.PUBLISHED)

    def between(self, *countries):
        """Records in which all of these countries take part."""
        queryset = self
        for country in countries:
            queryset = queryset.filter(countries=country)
        return queryset

    def in_order(self):
        """Oldest first: the one order in which dated objects are listed."""
        return self.order_by("sort_date", "sort_end", "pk")

    def for_search(self):
        """Prefetch what the search index holds of a record."""
        return self.select_related("place").prefetch_related(
            "countries",
            "topics",
            "organizations__names",
            "projects__names",
            "participations__person__names",
            "place__names",
        )

    def for_timeline(self):
        """Prefetch what a timeline row shows, in a constant number of queries."""
        return self.select_related("place").prefetch_related("countries", "topics")

    def _links(self):
        return self.model.links.rel.related_model.objects.all()

    def for_detail(self):
        """Prefetch what a record page or API object shows, in a constant number of queries."""
        return self.select_related("place__country").prefetch_related(
            "countries",
            "topics",
            "organizations",
            "projects",
            "decisions",
            "participations__person",
            models.Prefetch(
                "citations", self.model.citations.rel.related_model.objects.select_related("source")
            ),
            models.Prefetch("links", self._links().select_related("target")),
            models.Prefetch("linked_from", self._links().select_related("source")),
        )


class RecordManager(SlugManager.from_queryset(RecordQuerySet)):
    pass


class Record(index.Indexed, Addressed):
    """One dated fact of any kind. Only the children (visit, agreement...) are saved.

    ``earliest``, ``latest``, ``sort_date``, ``sort_end`` and ``precision`` are derived from ``date``
    whenever a row is saved or loaded. ``evidence`` and ``field_evidence`` are derived from its citations.
    ``change`` is the number of the last change of what is published.
    """

    KIND = ""
    # Fields a citation may assert, with the comparer that judges it (see relations.provenance.comparers).
    citable = {
        "date": "date",
        "title": "wording",
        "place": "slug",
        "outcome": "choice",
        "countries": "many_codes",
        "organizations": "many_slugs",
        "projects": "many_slugs",
        "people": "many_people",
        "offices": "many_texts",
    }
    # When nothing is contested, the record takes its evidence from the first of these fields that has any.
    leading_fields: tuple[str, ...] = ("date",)
    # What every record of the kind has in reality: where it is not stated, the record has a gap.
    expected: tuple[str, ...] = ("place",)
    # The least number of countries that take part: with fewer it would not belong to any relation.
    fewest_countries = 2
    # Whether records of the kind with the same date are listed as one row, each with its own anchor.
    shares_row = False
    # Fields in which two records of the same thing cannot differ, where both are filled (see relations.records.twins).
    same_in: tuple[str, ...] = ()
    # Whether two such records also have similar titles; else only the fields above count.
    same_by_title = True
    # Fields with the address of an official text: two records with the same address are likely the same.
    official_address_fields: tuple[str, ...] = ()
    # Those of the kind's own parts that its row shows.
    row_parts: tuple[str, ...] = ()
    parts = ("citations", "participations", "links", "decisions")
    untracked = frozenset(
        {
            "earliest",
            "latest",
            "sort_date",
            "sort_end",
            "precision",
            "evidence",
            "field_evidence",
            "first_published",
            "change",
            "created",
            "modified",
            "status",
        }
    )

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Outcome(models.TextChoices):
        HAPPENED = "happened", _("happened")
        PLANNED = "planned", _("planned")
        PROPOSED = "proposed", _("proposed")

    class Evidence(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed by two sources")
        SINGLE = "single", _("one source")
        CONFLICT = "conflict", _("sources disagree")
        UNSOURCED = "unsourced", _("date not sourced")

    kind = models.CharField(_("kind"), max_length=20, editable=False)
    title = models.CharField(
        _("title"),
        max_length=300,
        help_text=_("For an instrument its name; otherwise a short label."),
    )
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One or two sentences in our own words.")
    )
    date = edtf_field(
        _("date"),
        help_text=_(
            "EDTF: 2005-05-24, 2008-09, 1996, 1993~ (about), [1993-02-24,1993-12-24] (one of these), "
            "[..2025-10-16] (no later than), 2025-40 (first half), 2004-03-01/2004-03-02 (lasted)."
        ),
    )
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    sort_date = models.DateField(editable=False)
    sort_end = models.DateField(editable=False)
    precision = models.CharField(max_length=10, editable=False)
    date_note = models.CharField(
        _("note on the date"),
        max_length=300,
        blank=True,
        help_text=_("How an inexact or resolved date was worked out."),
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="records",
        verbose_name=_("place"),
    )
    countries = models.ManyToManyField(
        Country, blank=True, related_name="records", verbose_name=_("countries taking part")
    )
    organizations = models.ManyToManyField(
        Organization, blank=True, related_name="records", verbose_name=_("organizations")
    )
    projects = models.ManyToManyField(
        Project, blank=True, related_name="records", verbose_name=_("projects")
    )
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="records", verbose_name=_("topics")
    )
    people = models.ManyToManyField(
        Person,
        through="relations.Participation",
        related_name="records",
        verbose_name=_("people"),
    )
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.HAPPENED
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.DRAFT)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        limit_choices_to={"stage": "published"},
        verbose_name=_("merged into"),
        help_text=_("Of a withdrawn record: the one its address leads to, which holds all of it."),
    )
    evidence = models.CharField(
        max_length=10, choices=Evidence, default=Evidence.UNSOURCED, editable=False
    )
    field_evidence = models.JSONField(default=dict, editable=False)
    first_published = models.DateTimeField(null=True, editable=False)
    change = models.PositiveBigIntegerField(default=0, editable=False)
    synthetic = models.BooleanField(
        default=False, editable=False, help_text=_("Made by generate_records, not by a source.")
    )
    created = models.DateTimeField(default=timezone.now, editable=False)
    modified = models.DateTimeField(default=timezone.now, editable=False)

    objects = RecordManager()

    # Indexed by relations.search.index when a unit of work ends: links are stored after the row itself.
    search_auto_update = False
    search_fields = [
        index.SearchField("title"),
        index.SearchField("search_text"),
    ]

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        # Oldest first everywhere; pages that want the newest first say so.
        ordering = ["sort_date", "sort_end", "pk"]
        indexes = [
            models.Index(fields=["stage", "sort_date", "sort_end", "id"], name="record_timeline"),
            models.Index(
                fields=["stage", "kind", "sort_date", "sort_end", "id"], name="record_kind_timeline"
            ),
            models.Index(fields=["stage", "evidence", "sort_date"], name="record_evidence"),
            models.Index(
                fields=["stage", "title", "sort_date", "sort_end", "id"], name="record_title"
            ),
            models.Index(
                fields=["stage", "modified", "sort_date", "sort_end", "id"], name="record_modified"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sort_date__lte=models.F("sort_end")),
                name="record_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(earliest__isnull=True)
                | models.Q(latest__isnull=True)
                | models.Q(earliest__lte=models.F("latest")),
                name="record_bounds_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage__in=["published", "withdrawn"])
                | models.Q(first_published__isnull=False),
                name="record_published_since",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(stage="withdrawn"),
                name="record_merged_is_withdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=["draft", "review", "published", "withdrawn"]),
                name="record_stage",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["happened", "planned", "proposed"]),
                name="record_outcome",
            ),
        ]
        # Beside Django's own. On records of every kind: see relations.admin.permissions.
        permissions = [
            ("publish_record", "Can publish what others have drafted"),
            ("revise_record", "Can alter what is published"),
            ("withdraw_record", "Can withdraw what is published"),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if not self.KIND:
            raise TypeError("Save the agreement, visit or other child, not the bare record.")
        super().save(*args, **kwargs)

    def subjects(self):
        return [(Record, self.pk)]

    def derive(self) -> None:
        """Set every column that follows from the row's own. Raises ``dates.DateError`` on a bad date."""
        if self.KIND:
            self.kind = self.KIND
        parsed = dates.parse(self.date)
        self.earliest, self.latest = parsed.earliest, parsed.latest
        self.sort_date, self.sort_end = parsed.sort_date, parsed.sort_end
        self.precision = parsed.precision
        if self.stage == self.Stage.PUBLISHED and self.first_published is None:
            self.first_published = timezone.now()
        if self.stage != self.Stage.WITHDRAWN:
            self.merged_into_id = None

    def get_absolute_url(self):
        return reverse(f"{self.kind}-detail", args=[self.slug])

    @classmethod
    def child_model(cls, kind: str) -> type[models.Model]:
        """The model of the child rows of this kind of record."""
        return kinds.get(kind).model

    @property
    def specific(self):
        """The child row of the record's own kind."""
        return getattr(self, self.child_model(self.kind)._meta.model_name)

    @property
    def edtf(self) -> dates.EDTFDate:
        return dates.parse(self.date)

    @property
    def is_published(self) -> bool:
        return self.stage == self.Stage.PUBLISHED

    def named_countries(self) -> set[str]:
        """Codes of the countries that the kind itself names (guest, host, party...). They always take part."""
        return set()

    def official_addresses(self) -> set[str]:
        """Where its official texts are found."""
        return {getattr(self, name) for name in self.official_address_fields} - {""}

    # Links that ``as_reference`` follows, for callers that have not fetched the complete record.
    reference_links: tuple[str, ...] = ()

    def as_reference(self) -> dict[str, str]:
        """The record's entry for reference managers. A kind extends or replaces it.

        It gives the types of CSL, RIS and BibTeX, the same in words as ``genre``, and an instrument's
        ``authority`` (its parties) and ``number``.
        """
        return {
            "csl": "webpage",
            "ris": "ELEC",
            "bibtex": "misc",
            "genre": str(self._meta.verbose_name),
        }

    @classmethod
    def needed_to_publish(cls, state: dict) -> dict[str, str]:
        """Messages, keyed by field, about what is missing before a record of the kind can be published.

        ``state`` is all that is stored of the record (see ``relations.history.changes.state``). A key is a
        field, or a part and its field (``citations.locator``). A kind adds what its sources always state.
        What they often leave open is ``expected``, never needed.
        """
        needed = {}
        if len(state["countries"]) < cls.fewest_countries:
            needed["countries"] = _(
                "To be published, this needs at least %(number)d countries that take part."
            ) % {"number": cls.fewest_countries}
        located = [row for row in state["citations"].values() if row["locator"]]
        if not located:
            needed["citations.locator"] = _(
                "To be published, this needs at least one citation with a locator: "
                "add one below, or save it as a draft."
            )
        elif not {row["field"] for row in located}.intersection(cls.leading_fields):
            label = cls._meta.get_field(cls.leading_fields[0]).verbose_name
            needed["citations.field"] = _(
                "To be published, this needs a citation with a locator that gives its %(field)s: "
                "choose it under “Says what of”."
            ) % {"field": label}
        return needed

    def derive_links(self) -> None:
        """Set columns that follow from rows linked to this one. Called when a unit of work ends."""

    def cited_texts(self, field: str) -> list[str]:
        """Every value of a multi-valued citable field, as text."""
        if field == "countries":
            return [country.code for country in self.countries.all()]
        if field == "offices":
            return [part.office for part in self.participations.all() if part.office]
        return [linked.slug for linked in getattr(self, field).all()]

    def clean(self):
        super().clean()
        # An invalid date has been reported already.
        with suppress(dates.DateError):
            self.derive()
        if self.stage == self.Stage.WITHDRAWN and self.first_published is None:
            raise ValidationError(
                {
                    "stage": _(
                        "Only a record that was published can be withdrawn; delete the draft instead."
                    )
                }
            )
        if self.first_published is not None and self.stage in (self.Stage.DRAFT, self.Stage.REVIEW):
            raise ValidationError(
                {"stage": _("A record that was published stays published or is withdrawn.")}
            )

    @classmethod
    def get_indexed_objects(cls):
        # The child rows are in the search index; the parent row would be a second, stale entry.
        return cls.objects.for_search() if cls.KIND else cls.objects.none()

    def search_text(self) -> str:
        """What full-text search finds besides the title."""
        words = [self.summary, self.date_note]
        people = dict.fromkeys(part.person for part in self.participations.all())
        entities = [*self.organizations.all(), *self.projects.all(), *people]
        if self.place:
            entities.append(self.place)
        for entity in entities:
            words += entity.cited_texts("names")
        words += [country.name for country in self.countries.all()]
        words += [topic.name for topic in self.topics.all()]
        return " ".join(filter(None, words))
