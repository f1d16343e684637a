"""Humanitarian aid: the kind that the tests add."""
