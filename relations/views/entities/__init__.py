"""Pages of entities, topics and sources."""
