"""Releases: all that is published, as files to download, cite and check.

``release.write`` makes one, ``shelf`` finds those that are there. A release bears the date and the number of
the last change; the same data give the same bytes, whenever and wherever they are written.
"""
