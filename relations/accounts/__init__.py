"""Accounts of staff: their log, the second step of signing in, and lock-out."""
