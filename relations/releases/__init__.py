"""Releases: everything that is published, as files to download, cite and check.

``release.write`` makes one; ``shelf`` finds those on disk. A release is named after the date and number of
the last change. The same data give the same bytes, whenever and wherever they are written.
"""
