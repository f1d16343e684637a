"""Check that a citation's quoted words state its value: one small reader per comparer.

Each function returns None, or a sentence that says what is wrong. Nothing is guessed: words that these
tables do not know are reported as a problem for a person to look at.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from relations import dates
from relations.models import Citation, Country, Entity
from relations.provenance.comparers import COMPARERS, plain_number, split_quantity
from relations.provenance.wording import date_from_wording, norm, quantity_from_wording

Rule = Citation.Rule

# How a country is named besides its short and official name, the possessive ’s left aside.
COUNTRY_WORDINGS = {
    "AM": ("armenian",),
    "AZ": ("azerbaijani", "азербайджан", "азербайджанская республика", "әзербайжан", "әзірбайжан"),
    "CN": ("chinese",),
    "KG": ("kyrgyz",),
    "KZ": ("kazakh", "kazakhstani", "казахстан", "казахстанск", "қазақстан"),
    "RU": ("russian", "russian federation"),
    "TR": ("turkiye", "turkey", "turkish"),
    "UZ": ("uzbek",),
}

# How a choice is worded besides its label and its stored value: patterns over folded text (`wording.norm`).
CHOICE_WORDINGS = {
    ("instrument", "treaty"): r"договор|шарт",
    ("instrument", "agreement"): r"соглашени|келісім",
    ("instrument", "memorandum"): r"memoranda",
    ("instrument", "action-plan"): r"plan of action",
    ("level", "intergovernmental"): r"governments? of|межправительственн|үкіметаралық",
    ("level", "interstate"): (
        r"\brepublics?\b|\bpresidents\b|\bstates\b|\bcountries\b|межгосударственн|мемлекетаралық"
    ),
    ("level", "inter-ministerial"): r"\bministr(?:y|ies)\b|\bministers\b",
    ("level", "corporate"): r"shareholders|joint stock|\bholding\b|\bfund\b|\bcompan(?:y|ies)\b",
    ("legal_character", "binding"): r"\btreaty\b|\bagreement\b|\bprotocol\b|\bobligat",
    ("legal_character", "political"): r"\bdeclaration\b|\bstatement\b",
    ("outcome", "happened"): (
        r"\bsigned\b|\bsigning\b|\bheld\b|\bopen(?:ed|ing)\b|\bestablish|\bconcluded\b|\bmet\b|\bmeeting\b"
        r"|\bbuilt\b|\bbegan\b|\bfunction\b|\bgathered\b|\btook place\b|\bvisit|\badopted\b"
    ),
    ("outcome", "planned"): r"\bplans?\b|\bplanned\b|\bwill\b|\bexpected\b|\btargets?\b|\bto be\b",
    ("outcome", "proposed"): r"\bdraft\b|\bproposal\b|\bproject(?:ed)?\b",
    ("type", "state"): r"\bstate visit\b",
    ("type", "official"): r"\bofficial visit\b",
    ("type", "official-state"): r"\bofficial state visit\b",
    ("type", "ministerial"): r"\bministers?\b",
    ("type", "summit-attendance"): r"\bsummit\b",
    ("type", "council-session"): r"\bcouncil\b",
    ("type", "cable"): r"\bfib(?:er|re)-optic\b",
    ("type", "building"): r"\bcent(?:er|re)\b",
    ("type", "mission"): r"\bembassy\b|\bconsulate\b|\bdiplomatic mission\b",
    ("category", "mission-opened"): r"\bembassy\b|\bconsulate\b|\bdiplomatic mission\b",
    ("category", "organization-founded"): r"\bestablish|\bfounded\b",
    ("category", "gift"): r"\bgift\b",
    ("flow", "turnover"): r"\btrade\b|\btrade turnover\b",
    ("flow", "exports"): r"\bexport(?:s|ed)?\b",
    ("flow", "imports"): r"\bimport(?:s|ed)?\b",
    ("nature", "target"): r"\btarget\b|\bgoal\b",
    ("nature", "estimate"): r"\bestimate[sd]?\b|\babout\b|\bapproximately\b|\baround\b",
    ("nature", "actual"): r"\breached\b|\baccounted\b|\btotal(?:l)?ed\b|\bincreased\b|\bnumber",
    ("measure", "diaspora-size"): r"\bdiaspora\b",
    ("measure", "instruments-signed"): r"\b(?:agreements|documents|instruments)\b",
    ("measure", "participants"): r"\bparticipants\b|\bdelegations\b|\bheads of state\b",
}
# The words for units that `quantity_from_wording` does not name.
UNIT_WORDINGS = {
    "people": r"people|persons|citizens|azerbaijanis|kazakhs",
    "instruments": r"agreements?|documents?|treat(?:y|ies)|instruments?|memorand(?:um|a)|protocols?",
    "items": r"\w+",
}
# A title may leave the parties out: “Agreement [between the Republic of ... and the Republic of ...] on ...”.
_PARTY = r"the (?:government of the )?republic of \w+"
PARTIES = re.compile(rf" between {_PARTY} and {_PARTY} ")
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
PREVIOUS_YEAR = (
    r"(?:in )?(?:the )?(?:last|previous|past|preceding) year|(?:в )?прошл(?:ом|ого) год[уа]"
)
SAME_YEAR = r"(?:in )?(?:this|the current) year"


def names_of_country(country: Country) -> set[str]:
    return {country.name, country.official_name, *COUNTRY_WORDINGS.get(country.pk, ())} - {""}


def names_of_entity(entity: Entity) -> set[str]:
    return {entity.name, *(name.text for name in entity.names.all())}


def holds_name(text: str, name: str) -> bool:
    """Whether a folded text contains the name as a whole: “Baku” is not named in “Baku-Tbilisi-Ceyhan”.

    Names in Cyrillic may have an ending.
    """
    name = norm(name)
    ending = r"[а-яёәғқңөұүһі]{0,6}" if re.search(r"[а-яёәғқңөұүһі]$", name) else ""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}{ending}(?:'s|')?(?![\w-])", text))


def _states_date(value: str, quoted: str) -> str | None:
    readings = date_from_wording(quoted)
    if not readings:
        return f"“{quoted}” prints no whole date, so {value} is not stated: resolve it"
    if not any(same_date(value, reading) for reading in readings):
        return f"“{quoted}” reads {' or '.join(sorted(readings))}, not {value}"
    return None


def same_date(one: str, other: str) -> bool:
    """Whether two dates mean the same, with the same precision and the same reservations."""
    a, b = dates.parse(one), dates.parse(other)
    return (a.precision, a.approximate, a.uncertain, a.ranges) == (
        b.precision,
        b.approximate,
        b.uncertain,
        b.ranges,
    )


def _states_quantity(value: str, quoted: str) -> str | None:
    number, unit = split_quantity(value)
    readings = quantity_from_wording(quoted)
    if any(
        reading.value == number and _counts_in(unit, reading.unit, quoted) for reading in readings
    ):
        return None
    read = [f"{plain_number(r.value)} {r.unit or '(no unit)'}" for r in readings]
    return f"“{quoted}” reads {' or '.join(read) or 'no number'}, not {value}"


def _counts_in(unit: str, read: str | None, quoted: str) -> bool:
    if read is not None:
        return read == unit
    words = UNIT_WORDINGS.get(unit)
    return words is not None and bool(re.search(rf"\b(?:{words})\b", norm(quoted)))


def _states_number(field: str, value: str, quoted: str, subject) -> str | None:
    number, unit = split_quantity(value)
    if field == "ordinal":
        text = norm(quoted)
        read = {Decimal(i) for i, word in enumerate(ORDINALS, 1) if re.search(rf"\b{word}\b", text)}
        read |= {Decimal(found) for found in re.findall(r"\b(\d+)(?:st|nd|rd|th)\b", text)}
        if number in read:
            return None
    else:
        # 40 percent is not forty times: if the record says which, the words must agree.
        kinds = {unit or getattr(subject, "change_kind", "")} - {""} or {"percent", "factor"}
        found = [reading for reading in quantity_from_wording(quoted) if reading.unit in kinds]
        read = {reading.value for reading in found}
        if number in read:
            return None
    return f"“{quoted}” reads {' or '.join(map(plain_number, sorted(read))) or 'no such number'}, not {value}"


def _states_choice(field: str, value: str, quoted: str, subject) -> str | None:
    if field in ("qualifier", "change_qualifier"):
        read = {reading.qualifier.replace(" ", "-") for reading in quantity_from_wording(quoted)}
        return (
            None
            if value in read
            else f"“{quoted}” reads {' or '.join(sorted(read)) or 'none'}, not {value}"
        )
    text = norm(quoted)
    labels = dict(subject._meta.get_field(field).flatchoices)
    patterns = {choice: _choice_pattern(field, choice, label) for choice, label in labels.items()}
    found = {choice: re.search(patterns[choice], text) for choice in labels if choice != "unknown"}
    mine = found.get(value)
    if mine is None:
        return f"“{quoted}” does not say {value}"
    # “official state visit” is not an official visit: a longer wording around ours means another choice.
    for choice, other in found.items():
        if other and choice != value and _is_around(other.span(), mine.span()):
            return f"“{quoted}” says {choice}, not {value}"
    return None


def _choice_pattern(field: str, choice: str, label) -> str:
    words = {norm(str(label)), choice.replace("-", " "), choice}
    pattern = "|".join(rf"\b{re.escape(word)}s?\b" for word in sorted(words, key=len, reverse=True))
    more = CHOICE_WORDINGS.get((field, choice))
    return f"{more}|{pattern}" if more else pattern


def _is_around(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and outer[1] >= inner[1] and outer != inner


def _states_country(value: str, quoted: str) -> str | None:
    country = Country.objects.filter(pk=value).first()
    if country is None:
        return f"there is no country {value}"
    if any(holds_name(norm(quoted), name) for name in names_of_country(country)):
        return None
    return f"“{quoted}” does not name {country.name}"


def _states_entity(value: str, quoted: str) -> str | None:
    entity = Entity.objects.filter(slug=value).prefetch_related("names").first()
    if entity is None:
        return f"there is no entity {value}"
    if any(holds_name(norm(quoted), name) for name in names_of_entity(entity)):
        return None
    return f"“{quoted}” is not one of the names of {entity.name}"


def _states_words(field: str, value: str, quoted: str, passage: str) -> str | None:
    """Check a quoted text. One that is longer than a quotation may be must itself stand in the passage."""
    words, quoted_words = norm(value), norm(quoted)
    if stands_in(words, quoted_words) or (field == "role" and stands_in(f"{words}s", quoted_words)):
        return None
    if not stands_in(quoted_words, words):
        return f"“{quoted}” is not part of “{value}”"
    text = norm(passage)
    if stands_in(words, text) or (field == "title" and stands_in(words, PARTIES.sub(" ", text))):
        return None
    return f"“{value}” does not stand there as a whole"


def stands_in(words: str, text: str) -> bool:
    """Whether words stand in a text as complete words and numbers: 5 does not stand in 155,000."""
    before = r"(?<!\w)(?<!\d[.,])" if words[:1].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if words[-1:].isalnum() else ""
    return bool(re.search(before + re.escape(words) + after, text))


def check_stated(citation: Citation, subject, quoted: str, passage: str) -> str | None:
    """Check that the quoted words state the value. ``passage`` is the text of the cited paragraphs."""
    field, value = citation.field, citation.value
    name = subject.citable[field]
    try:
        if (check := COMPARERS[name].check) is not None:
            check(value)
    except ValueError as error:
        return f"{value} is not a value of {field}: {error}"
    if name == "date":
        return _states_date(value, quoted)
    if name == "quantity":
        return _states_quantity(value, quoted)
    if name == "number":
        return _states_number(field, value, quoted, subject)
    if name == "choice":
        return _states_choice(field, value, quoted, subject)
    if name in ("code", "many_codes"):
        return _states_country(value, quoted)
    if name in ("slug", "many_slugs", "many_people"):
        return _states_entity(value, quoted)
    if name == "many_texts" and field == "parties":
        is_code = re.fullmatch("[A-Z]{2}", value)
        return _states_country(value, quoted) if is_code else _states_entity(value, quoted)
    return _states_words(field, value, quoted, passage)


def resolve(rule: str, quoted: str, published: str) -> set[str]:
    """The dates that a rule derives from quoted words and the source's own date; empty where it derives
    none.

    * publication-day: that day;
    * previous-year, same-year: “last year”, “November last year”, “May 10” with that year put in;
    * no-later-than-source: ``[..published]``;
    * months-before-source: “the past 18 months” of 2025-10-16 counts whole calendar months back,
      ``2024-04-16/2025-10-16``; by months it is ``2024-04/2025-10``, and the start may be by months alone;
    * from-year-to-source: “Since 2020” is ``2020/2025-10-16``.
    """
    source = dates.parse(published)
    is_point = "[" not in published and "/" not in published
    same_year = source.sort_date.year == source.sort_end.year and source.sort_date.year
    if rule == Rule.PUBLICATION_DAY:
        return {published} if source.precision == "day" else set()
    if rule == Rule.PREVIOUS_YEAR and same_year:
        return _with_year(quoted, PREVIOUS_YEAR, same_year - 1, needed=True)
    if rule == Rule.SAME_YEAR and same_year:
        return _with_year(quoted, SAME_YEAR, same_year, needed=False)
    if rule == Rule.NO_LATER:
        return {f"[..{published if is_point else source.sort_end.isoformat()}]"}
    if rule == Rule.MONTHS_BEFORE and source.precision == "day":
        match = re.search(r"(\w+) months?\b", norm(quoted))
        counts = [int(r.value) for r in quantity_from_wording(match[1])] if match else []
        return {span for count in counts for span in _months_before(source.sort_date, count)}
    if rule == Rule.FROM_YEAR and is_point:
        years = [text for text in date_from_wording(quoted) if re.fullmatch(r"\d{4}", text)]
        return {f"{year}/{published}" for year in years}
    return set()


def _with_year(quoted: str, relative: str, year: int, *, needed: bool) -> set[str]:
    text, count = re.subn(relative, f" {year}", norm(quoted))
    if count:
        return date_from_wording(text)
    return set() if needed or date_from_wording(text) else date_from_wording(f"{text} {year}")


def _months_before(day: date, count: int) -> set[str]:
    month = day.year * 12 + day.month - 1 - count
    start = f"{month // 12}-{month % 12 + 1:02}"
    first_day = f"{start}-{min(day.day, dates.parse(start).sort_end.day):02}"
    return {f"{first_day}/{day}", f"{start}/{day:%Y-%m}", f"{start}/{day}"}


def check_resolved(citation: Citation, subject) -> str | None:
    """Check that the rule, applied again, gives the value."""
    rule, value, quoted = citation.rule, citation.value, citation.as_written
    if rule == Rule.INFERENCE:
        return (
            None if citation.note.strip() else "an inference needs a note that says how it was made"
        )
    if subject.citable[citation.field] != "date":
        return f"the rule {rule} resolves dates, and {citation.field} is not a date"
    if not quoted and rule != Rule.NO_LATER:
        return f"the rule {rule} needs the words it resolves"
    if not citation.source.published:
        return f"the rule {rule} needs the date of the source, which has none"
    try:
        resolved = resolve(rule, quoted, citation.source.published)
        if any(same_date(value, text) for text in resolved):
            return None
    except dates.DateError as error:
        return f"{value}: {error}"
    words = f" of “{quoted}”" if quoted else ""
    made = " or ".join(sorted(resolved)) or "nothing"
    return f"the rule {rule} makes {made}{words} in a source of {citation.source.published}, not {value}"
