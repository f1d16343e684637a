"""From a query string to a page of a list, with its counts and facets."""
