"""On this day, and anniversaries."""
