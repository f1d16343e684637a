"""Exports: one filtered set of records written in the formats that other tools read.

A format never selects: it writes what a :class:`relations.exports.selection.Selection` hands it, in that order.
"""
