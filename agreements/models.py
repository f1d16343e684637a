"""Agreements: instruments between states or their bodies, their parties, and their later history."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from relations import dates
from relations.models import Country, Organization, Record
from relations.models.base import TrackedQuerySet, UidManager, WithUid, edtf_field
from relations.models.entities import UidTrackedManager
from relations.models.records import RecordManager
from relations.models.sources import web_address


class Agreement(Record):
    """An instrument. The record's date is the date of signature."""

    KIND = "agreement"
    citable = Record.citable | {
        "instrument": "choice",
        "level": "choice",
        "legal_character": "choice",
        "official_title": "wording",
        "official_url": "text",
        "register_numbers": "wording",
        "parties": "many_texts",
    }
    expected = ("place", "instrument", "level", "legal_character", "status")
    official_address_fields = ("official_url",)
    parts = (*Record.parts, "parties", "actions")
    row_parts = ("parties",)

    class Instrument(models.TextChoices):
        TREATY = "treaty", _("treaty")
        AGREEMENT = "agreement", _("agreement")
        PROTOCOL = "protocol", _("protocol")
        DECLARATION = "declaration", _("declaration")
        JOINT_STATEMENT = "joint-statement", _("joint statement")
        MEMORANDUM = "memorandum", _("memorandum")
        ACTION_PLAN = "action-plan", _("action plan")
        CONTRACT = "contract", _("contract")
        UNKNOWN = "unknown", _("unknown")

    class Level(models.TextChoices):
        INTERSTATE = "interstate", _("interstate")
        INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental")
        INTER_MINISTERIAL = "inter-ministerial", _("inter-ministerial")
        CORPORATE = "corporate", _("corporate")
        UNKNOWN = "unknown", _("unknown")

    class LegalCharacter(models.TextChoices):
        BINDING = "binding", _("binding")
        POLITICAL = "political", _("political")
        UNKNOWN = "unknown", _("unknown")

    class Status(models.TextChoices):
        RATIFIED = "ratified", _("ratified")
        IN_FORCE = "in-force", _("in force")
        AMENDED = "amended", _("amended")
        TERMINATED = "terminated", _("terminated")
        UNKNOWN = "unknown", _("unknown")

    instrument = models.CharField(
        _("instrument"), max_length=20, choices=Instrument, default=Instrument.UNKNOWN
    )
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.UNKNOWN)
    legal_character = models.CharField(
        _("legal character"), max_length=10, choices=LegalCharacter, default=LegalCharacter.UNKNOWN
    )
    official_title = models.CharField(_("official title"), max_length=400, blank=True)
    official_url = models.CharField(
        _("official text"), max_length=500, blank=True, validators=[web_address]
    )
    register_numbers = models.CharField(
        _("register numbers"),
        max_length=200,
        blank=True,
        help_text=_("UNTS or document symbols, as printed."),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.UNKNOWN, editable=False
    )

    objects = RecordManager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes = [models.Index(fields=["instrument"], name="agreement_instrument")]

    def named_countries(self):
        return {party.country_id for party in self.parties.all() if party.country_id}

    reference_links = ("parties__country", "parties__organization")

    @property
    def is_treaty(self) -> bool:
        """Whether a bibliography cites it as a treaty: made by public bodies and not a contract, whatever
        its name.
        """
        return self.level != self.Level.CORPORATE and self.instrument != self.Instrument.CONTRACT

    def as_reference(self):
        about = super().as_reference()
        if self.instrument != self.Instrument.UNKNOWN:
            about["genre"] = self.get_instrument_display()
        if self.is_treaty:
            about |= {"csl": "treaty", "ris": "STAT", "number": self.register_numbers}
            about["authority"] = " – ".join(str(party) for party in self.parties.all())
        return about

    def derive_links(self) -> None:
        """Set ``status`` to that of the latest cited action. Called when a unit of work ends."""
        actions = [action for action in self.actions.all() if action.is_cited]
        latest = max(actions, key=lambda action: (action.date != "", action.sort_key), default=None)
        status = latest.type if latest else self.Status.UNKNOWN
        if self.status != status:
            self.status = status
            Agreement.objects.filter(pk=self.pk).update(status=status)

    def cited_texts(self, field):
        if field == "parties":
            return [party.key for party in self.parties.all()]
        return super().cited_texts(field)


class Party(WithUid):
    """A party to an agreement: a country or an organization."""

    told_by = ("country", "organization")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="parties", verbose_name=_("agreement")
    )
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="party_to",
        verbose_name=_("country"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="party_to",
        verbose_name=_("organization"),
    )

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["agreement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "country"],
                condition=models.Q(country__isnull=False),
                name="party_country_once",
            ),
            models.UniqueConstraint(
                fields=["agreement", "organization"],
                condition=models.Q(organization__isnull=False),
                name="party_organization_once",
            ),
            models.CheckConstraint(
                condition=models.Q(country__isnull=False, organization__isnull=True)
                | models.Q(country__isnull=True, organization__isnull=False),
                name="party_one",
                violation_error_message=_("A party is a country or an organization, one of them."),
            ),
        ]

    def __str__(self):
        return str(self.country or self.organization)

    @property
    def key(self) -> str:
        """The code of the country, or the slug of the organization."""
        return self.country_id or self.organization.slug

    def subjects(self):
        return [(Record, self.agreement_id)]


class ActionQuerySet(TrackedQuerySet):
    def in_force_on(self, day: date):
        """Agreements that are certainly in force on a day, as far as their citations show.

        A cited entry into force counts from the last day that its date may mean. A cited termination,
        even by one party only, counts from the first. An entry without a certain date (missing, approximate or
        uncertain) does not count; a termination without one always does. A termination that certainly
        precedes the entry into force does not cancel it.
        """
        cited = self.filter(citation__isnull=False)
        entry_at_the_earliest = Coalesce(models.OuterRef("earliest"), date.min)
        undone = cited.filter(
            models.Q(earliest__isnull=True) | models.Q(earliest__lte=day),
            models.Q(latest__isnull=True) | models.Q(latest__gte=entry_at_the_earliest),
            type=AgreementAction.Type.TERMINATED,
            agreement=models.OuterRef("agreement"),
        )
        entered = cited.filter(type=AgreementAction.Type.IN_FORCE, latest__lte=day)
        return entered.exclude(models.Exists(undone))


class ActionManager(UidManager.from_queryset(ActionQuerySet)):
    pass


class AgreementAction(WithUid):
    """What became of an agreement: ratified, in force, amended, terminated; by which party and when.

    ``earliest`` and ``latest`` are derived from ``date``: the first and last day it may mean. One is empty
    where the date is open at that end. Both are empty where the date is missing, approximate or uncertain.
    """

    untracked = frozenset({"earliest", "latest"})
    told_by = ("type", "party", "date")

    class Type(models.TextChoices):
        RATIFIED = "ratified", _("ratified")
        IN_FORCE = "in-force", _("in force")
        AMENDED = "amended", _("amended")
        TERMINATED = "terminated", _("terminated")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="actions", verbose_name=_("agreement")
    )
    type = models.CharField(_("type"), max_length=12, choices=Type)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("party")
    )
    date = edtf_field(_("date"), blank=True)
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    citation = models.ForeignKey(
        "relations.Citation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("citation"),
        help_text=_(
            "The passage of this agreement’s citations that says so; without it the status stays unknown."
        ),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ActionManager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["agreement", "date", "pk"]
        indexes = [models.Index(fields=["type", "latest"], name="action_type_latest")]

    def __str__(self):
        return f"{self.agreement}: {self.get_type_display()}"

    @property
    def is_cited(self) -> bool:
        return self.citation_id is not None

    @property
    def sort_key(self):
        parsed = dates.parse(self.date) if self.date else None
        return (parsed.sort_date, parsed.sort_end, self.pk) if parsed else (self.pk,)

    def subjects(self):
        return [(Record, self.agreement_id)]

    def derive(self):
        self.earliest, self.latest = dates.certain_bounds(self.date)

    def clean(self):
        super().clean()
        if self.party_id and self.party.agreement_id != self.agreement_id:
            raise ValidationError({"party": _("Choose a party to this agreement.")})
        if self.citation_id and self.citation.record_id != self.agreement_id:
            raise ValidationError({"citation": _("Choose one of this agreement’s own citations.")})
