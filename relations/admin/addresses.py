"""The addresses of the desk's pages."""

from __future__ import annotations

from django.db.models import Model
from django.urls import reverse


def page(model: type[Model], name: str, *args) -> str:
    """The address of a model's page: its changelist or add page; with a key its change, delete or history
    page.
    """
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)
