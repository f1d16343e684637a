"""A kind of record in an app of its own, written by docs/adding-a-kind.md alone: the generic tests run with it too."""
