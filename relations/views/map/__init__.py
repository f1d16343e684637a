"""Maps of places."""
