"""The public API, version 1: read only, in English, one request per question."""
