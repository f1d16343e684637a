"""Provenance: citations that assert, verdicts on them, and the evidence of what is published."""
