"""Exports: one filtered set of records, written in the formats that other tools read.

A format never selects. It writes what a :class:`relations.exports.selection.Selection` gives it, in that
order.
"""
