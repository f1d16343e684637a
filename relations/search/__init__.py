"""Full-text search: queries, the index, and the database backends."""
