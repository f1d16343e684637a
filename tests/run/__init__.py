"""`make test`: every check, the suite on two databases and in a browser. See `__main__`."""
