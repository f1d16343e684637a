"""The overview of a timeline: its whole span in one drawing, each mark a link."""

from relations.views.overview.drawing import overview

__all__ = ["overview"]
