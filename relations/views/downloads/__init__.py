"""Files: exports of a list, and releases."""
