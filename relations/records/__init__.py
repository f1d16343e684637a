"""Compare records by title, slug and figures, find likely twins, and merge two records into one."""
