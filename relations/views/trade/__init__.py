"""The trade of a relation: comparable figures, drawn together with their table."""
