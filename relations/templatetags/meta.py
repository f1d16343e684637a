"""The head of a page: metadata for reference managers, search engines and previews of links."""

import json
from html import unescape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from relations import references
from relations.exports import jsonld
from relations.models import Record
from relations.references import Reference
from relations.references.bibtex import is_plain
from relations.references.dated import single
from relations.views.context import NAME

register = template.Library()

# As in Django's json_script, and the two line ends of Unicode, which older script engines read as line ends.
ESCAPED = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def _text(content: str) -> str:
    """Rendered template text as plain words on one line."""
    return " ".join(unescape(content).split())


@register.simple_block_tag
def page_title(content: str) -> str:
    """The page's title for browsers and for previews of a link: written once."""
    title = _text(content)
    return format_html(
        '<title>{} · {}</title>\n  <meta property="og:title" content="{}">', title, NAME, title
    )


@register.simple_block_tag
def page_description(content: str) -> str:
    words = _text(content)
    return format_html(
        '<meta name="description" content="{}">\n  <meta property="og:description" content="{}">',
        words,
        words,
    )


@register.filter
def og_locale(language: str) -> str:
    """The name of a language for Open Graph: en_GB, or en alone where no country is given."""
    name, _sign, country = language.partition("-")
    return f"{name}_{country.upper()}" if country else name


@register.simple_tag
def reference_of(record: Record) -> Reference:
    return references.of_record(record)


@register.filter
def zotero_type(reference: Reference) -> str:
    """The type that Zotero shall use.

    Without it Zotero takes any page with a ``citation_title`` for a journal article.
    """
    return "statute" if reference.csl == "treaty" else "webpage"


@register.filter
def highwire_date(reference: Reference) -> str:
    """Year, year/month or year/month/day; empty where the date is none of these for certain."""
    point = single(reference.date)
    known = {"year": 1, "month": 2, "day": 3}.get(point.precision) if point else None
    if not known or not is_plain(reference.date):
        return ""
    year, *rest = point.first.timetuple()[:known]
    return "/".join([f"{year:04}", *(f"{part:02}" for part in rest)])


@register.simple_tag
def linked_data(record: Record) -> SafeString:
    """The record as JSON-LD, for a data block."""
    return data_block(jsonld.record_document(record))


@register.simple_tag
def data_block(document: dict) -> SafeString:
    """JSON-LD as a data block: no browser runs it, and no title can end it."""
    text = json.dumps(document, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPED))  # noqa: S308 (every sign with a meaning to HTML is escaped)
