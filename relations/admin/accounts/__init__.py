"""Accounts at the desk: users and groups, signing in, the second step, the log."""
