"""Change numbers, and the log of changes that the public may see."""
