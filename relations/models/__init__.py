from relations.models.accounts import AccountEvent
from relations.models.base import FormerAddress, Tracked
from relations.models.changes import Change, ChangeCounter, ChangedSubject, LoadedRow
from relations.models.citations import Citation
from relations.models.countries import Country, Entry, Relation
from relations.models.decisions import Decision
from relations.models.entities import (
    Entity,
    Membership,
    Name,
    Organization,
    Person,
    Place,
    Project,
    Tenure,
)
from relations.models.figures import Indicator, Quantity, TradeFigure
from relations.models.imports import Import, ImportRow
from relations.models.links import Participation, RecordLink
from relations.models.milestones import Milestone
from relations.models.objects import StoredObject
from relations.models.records import Record
from relations.models.reports import Report
from relations.models.revisions import Revision
from relations.models.sources import Source, Topic
from relations.models.visits import Visit

__all__ = [
    "AccountEvent",
    "Change",
    "ChangeCounter",
    "ChangedSubject",
    "Citation",
    "Country",
    "Decision",
    "Entity",
    "Entry",
    "FormerAddress",
    "Import",
    "ImportRow",
    "Indicator",
    "LoadedRow",
    "Membership",
    "Milestone",
    "Name",
    "Organization",
    "Participation",
    "Person",
    "Place",
    "Project",
    "Quantity",
    "Record",
    "RecordLink",
    "Relation",
    "Report",
    "Revision",
    "Source",
    "StoredObject",
    "Tenure",
    "Topic",
    "Tracked",
    "TradeFigure",
    "Visit",
]
