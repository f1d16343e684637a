"""Dates, figures, icons and sources on pages."""

import re
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from relations import dates
from relations.dates import EDTFDate
from relations.models import Record
from relations.views import readable

register = template.Library()

PLAIN = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
PRECISION_NOTES = {
    "month": _("Known to the month."),
    "season": _("Known to the season."),
    "half": _("Known to the half-year."),
    "year": _("Known to the year."),
    "decade": _("Known to the decade."),
    "century": _("Known to the century."),
    "span": _("It lasted from the first date to the second."),
    "set": _("One of these dates; the sources leave open which."),
    "open": _("One day, of which only a limit is known."),
}


@register.filter
def edtf(value: str) -> EDTFDate | None:
    """A stored date, parsed; None where there is none."""
    return dates.parse(value) if value else None


@register.filter
def edtf_display(value: str) -> str:
    """A stored date in words, for the middle of a sentence."""
    return dates.parse(value).display() if value else ""


@register.filter
def machine_date(date: EDTFDate) -> str:
    """The value of a ``datetime`` attribute; empty where HTML has no form for the date."""
    is_certain = not (date.approximate or date.uncertain)
    is_plain = date.precision in ("day", "month", "year") and PLAIN.fullmatch(date.edtf)
    return date.edtf if is_certain and is_plain else ""


@register.filter
def precision_note(date: EDTFDate) -> str:
    """The precision of the date, in a sentence; empty for an ordinary day."""
    notes = [str(PRECISION_NOTES[date.precision])] if date.precision in PRECISION_NOTES else []
    if date.approximate:
        notes.append(str(_("Approximate.")))
    if date.uncertain:
        notes.append(str(_("Uncertain.")))
    return " ".join(notes)


@register.filter
def evidence_words(evidence: str) -> str:
    return Record.Evidence(evidence).label


@register.simple_tag
@cache
def icon(name: str) -> str:
    """A symbol of the sprite, for the eye only: a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def source_name(source) -> str:
    return readable.source_name(source)


@register.filter
def where(citation) -> str:
    return readable.where(citation)


@register.filter
def marked(text: str, looked_for) -> str:
    """The text with the words looked for inside ``<mark>``: ``looked_for`` is the highlighter of its page."""
    return looked_for.mark(text)


@register.filter
def figure_value(figure) -> str:
    return readable.figure_value(figure)


@register.filter
def figure_change(figure) -> str:
    return readable.figure_change(figure)


@register.filter
def number(value) -> str:
    return readable.number(value)


@register.filter
def field_label(subject, name: str) -> str:
    return readable.field_label(type(subject), name)


@register.simple_block_tag
def fact(content: str, label: str, evidence: str = "", field: str = "") -> str:
    """One line of a list of facts, with its evidence and a link to the passages."""
    return render_to_string(
        "relations/parts/fact.html",
        {
            "content": content,
            "label": label,
            "evidence": evidence,
            "anchor": f"says-{field.replace('_', '-')}" if evidence else "",
        },
    )


@register.filter
def of_field(evidence: dict, field: str) -> str:
    """The evidence of one field, empty where no passage states it."""
    return evidence.get(field, "")


@register.filter
def choice(record, name: str) -> str:
    """The label of a closed value, as ``get_FOO_display`` gives it, which rebuilds its table on every call."""
    value = getattr(record, name)
    return _choices(type(record), name).get(value, value)


@cache
def _choices(model: type, name: str) -> dict:
    return dict(model._meta.get_field(name).flatchoices)


@register.inclusion_tag("relations/parts/evidence_key.html")
def evidence_key() -> dict:
    """The meaning of the marks of evidence, where they stand without words."""
    return {"evidence": Record.Evidence.choices}


@register.inclusion_tag("relations/parts/footnotes.html")
def footnotes(years) -> dict:
    """The sources of a list's rows as numbered notes, for print."""
    from relations.views.timeline_rows.rows import notes_of

    return {"notes": notes_of(years)}
