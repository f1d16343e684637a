"""Figures: amounts that a source states, never derived from one another."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.base import edtf_field
from relations.models.countries import Country
from relations.models.records import Record, RecordManager


class Quantity(models.Model):
    """A stated amount, a stated change, or both.

    ``value`` is in whole units (331700000 for “$331.7 million”). ``unit`` is ``currency`` (then
    ``currency`` holds the ISO 4217 code), ``people``, ``percent``, ``instruments`` or ``items``. A stated
    change has columns of its own: ``change_kind`` (percent or factor), ``change_value`` (40 or 5) and the
    period it is compared with.
    """

    class Unit(models.TextChoices):
        CURRENCY = "currency", _("currency")
        PEOPLE = "people", _("people")
        PERCENT = "percent", _("percent")
        INSTRUMENTS = "instruments", _("instruments")
        ITEMS = "items", _("items")

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("exactly")
        ABOUT = "about", _("about")
        NEARLY = "nearly", _("nearly")
        MORE = "more-than", _("more than")
        LESS = "less-than", _("less than")

    class Nature(models.TextChoices):
        ACTUAL = "actual", _("actual")
        TARGET = "target", _("target")
        ESTIMATE = "estimate", _("estimate")

    class ChangeKind(models.TextChoices):
        PERCENT = "percent", _("percent")
        FACTOR = "factor", _("times")

    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit, blank=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[
            RegexValidator(
                r"\A[A-Z]{3}\Z", _("Use the three capital letters of ISO 4217, for example USD.")
            )
        ],
        help_text=_("ISO 4217, for example USD."),
    )
    qualifier = models.CharField(
        _("qualifier"), max_length=10, choices=Qualifier, default=Qualifier.EXACT
    )
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, default=Nature.ACTUAL)
    change_kind = models.CharField(_("stated change"), max_length=8, choices=ChangeKind, blank=True)
    change_value = models.DecimalField(
        _("size of the change"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("40 for “40% higher” (percent), 5 for “fivefold” (times)."),
    )
    change_qualifier = models.CharField(
        _("qualifier of the change"), max_length=10, choices=Qualifier, blank=True
    )
    change_base = edtf_field(_("compared with"), blank=True)
    change_base_note = models.CharField(_("compared with, as worded"), max_length=120, blank=True)
    compiled_by = models.CharField(_("compiled by"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__isnull=False) | models.Q(change_value__isnull=False),
                name="%(class)s_states_something",
                violation_error_message=_("Give a value, a change, or both."),
            ),
            models.CheckConstraint(
                condition=models.Q(change_value__isnull=True, change_kind="")
                | (models.Q(change_value__isnull=False) & ~models.Q(change_kind="")),
                name="%(class)s_change_whole",
                violation_error_message=_(
                    "A change needs both its size and whether it is percent or times."
                ),
            ),
            models.CheckConstraint(
                condition=(models.Q(unit="currency") & ~models.Q(currency=""))
                | (~models.Q(unit="currency") & models.Q(currency="")),
                name="%(class)s_currency",
                violation_error_message=_(
                    "An amount of money needs its currency; nothing else has one."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | ~models.Q(unit=""),
                name="%(class)s_unit",
                violation_error_message=_("Say what the value counts: choose a unit."),
            ),
        ]

    def as_reference(self) -> dict[str, str]:
        """As on a record: in a bibliography, too, a target or estimate never looks like an actual figure."""
        about = super().as_reference()
        if self.nature != self.Nature.ACTUAL:
            about["genre"] = _("%(genre)s (%(nature)s)") % {
                "genre": about["genre"],
                "nature": self.get_nature_display(),
            }
        return about

    @property
    def unit_text(self) -> str:
        """The unit as citations name it: the currency code, or the unit's name."""
        return self.currency or self.unit


QUANTITY_SAME_IN = ("earliest", "latest", "nature", "unit", "currency")

QUANTITY_CITABLE = {
    "value": "quantity",
    "change_value": "number",
    "change_base": "date",
    "qualifier": "choice",
    "nature": "choice",
    "compiled_by": "wording",
}


class TradeFigure(Quantity, Record):
    """Trade between two countries in the period that is the record's date, as one source states it."""

    KIND = "trade-figure"
    expected = ("origin", "destination", "reporter")
    citable = (
        Record.citable
        | QUANTITY_CITABLE
        | {
            "flow": "choice",
            "origin": "code",
            "destination": "code",
            "reporter": "code",
        }
    )
    leading_fields = ("value", "change_value", "date")
    same_in = (*QUANTITY_SAME_IN, "flow", "origin_id", "destination_id", "reporter_id")
    same_by_title = False
    shares_row = True

    class Flow(models.TextChoices):
        TURNOVER = "turnover", _("turnover")
        EXPORTS = "exports", _("exports")
        IMPORTS = "imports", _("imports")

    flow = models.CharField(
        _("flow"),
        max_length=10,
        choices=Flow,
        help_text=_("As the source words it, seen from its reporter."),
    )
    origin = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("origin"),
        help_text=_("Where the goods come from; empty for turnover."),
    )
    destination = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("destination"),
    )
    reporter = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reporter"),
        help_text=_("Whose statistics; empty when the source does not say."),
    )

    objects = RecordManager()

    class Meta(Quantity.Meta):
        abstract = False
        verbose_name = _("trade figure")
        verbose_name_plural = _("trade figures")

    def named_countries(self):
        return {code for code in (self.origin_id, self.destination_id) if code}

    def clean(self):
        super().clean()
        if self.flow == self.Flow.TURNOVER and (self.origin_id or self.destination_id):
            raise ValidationError(
                {"flow": _("Turnover counts both directions: leave origin and destination empty.")}
            )
        if self.origin_id and self.origin_id == self.destination_id:
            raise ValidationError({"destination": _("Origin and destination must differ.")})


class Indicator(Quantity, Record):
    """A measure of the relationship other than trade."""

    KIND = "indicator"
    expected = ()
    citable = Record.citable | QUANTITY_CITABLE | {"measure": "choice"}
    leading_fields = ("value", "change_value", "date")
    same_in = (*QUANTITY_SAME_IN, "measure")

    class Measure(models.TextChoices):
        DIASPORA = "diaspora-size", _("size of a diaspora")
        INSTRUMENTS = "instruments-signed", _("instruments signed")
        PARTICIPANTS = "participants", _("participants")
        OTHER = "other", _("other")

    measure = models.CharField(_("measure"), max_length=24, choices=Measure)

    objects = RecordManager()

    class Meta(Quantity.Meta):
        abstract = False
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
