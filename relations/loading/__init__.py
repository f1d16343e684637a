"""Many rows at once: the data set, the batch writer, synthetic records, checks of a whole database."""
