"""Synthetic aid: see ``relations.loading.synthetic``."""

from relations.loading.batch import Draft
from relations.loading.synthetic import Maker, Sketch
from tests.newcomer.aid.models import Aid


def make_aid(sketch: Sketch) -> Draft:
    donor, form = sketch.countries[0], sketch.one_of(Aid.Form)
    record = Aid(
        form=form, donor_id=donor, **sketch.columns(f"aid for {sketch.subject}", sketch.date())
    )
    channel = sketch.rng.choice(sketch.world.organizations)
    link = Aid.channels.through(aid=record, organization=channel)
    return sketch.draft(record, {"form": (form, form)}, related=[link])


AID = Maker(10, make_aid)
