"""Tables of records brought in: read, checked row by row, and stored all together or not at all."""
