"""Pages for programmers."""
