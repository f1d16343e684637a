"""Import tables of records: read, checked row by row, and stored completely or not at all."""
