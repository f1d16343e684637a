"""Synthetic agreements: see ``relations.loading.synthetic``."""

from agreements.models import Agreement, AgreementAction, Party
from relations.loading.batch import Draft
from relations.loading.synthetic import Maker, Sketch


def make_agreement(sketch: Sketch) -> Draft:
    instrument = sketch.one_of(Agreement.Instrument)
    level = sketch.one_of(Agreement.Level)
    name = (
        f"{Agreement.Instrument(instrument).label} instrument"
        if instrument == "unknown"
        else instrument
    )
    record = Agreement(
        instrument=instrument,
        level=level,
        legal_character=sketch.one_of(Agreement.LegalCharacter),
        **sketch.columns(f"{name} on {sketch.subject}", sketch.date()),
    )
    parties = [
        Party(uid=f"{sketch.slug}-party-{code.lower()}", agreement=record, country_id=code)
        for code in sketch.countries
    ]
    # Sources sometimes call it something else.
    said = instrument if sketch.rng.random() < 0.9 else sketch.one_of(Agreement.Instrument)
    cited = {"instrument": (said, said)} if said != "unknown" else {}
    draft = sketch.draft(record, cited, related=parties)
    if sketch.rng.random() < 0.2:
        action = AgreementAction(
            uid=f"{sketch.slug}-a1",
            agreement=record,
            type=sketch.one_of(AgreementAction.Type),
            party=sketch.rng.choice(parties),
            date=str(sketch.day.year + 1),
            citation=draft.citations[0],
        )
        draft.related = (*draft.related, action)
    return draft


AGREEMENT = Maker(32, make_agreement)
