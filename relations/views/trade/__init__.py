"""The trade of a relation: what may be compared, drawn with the table it is drawn from."""
