"""Rows of a timeline."""
