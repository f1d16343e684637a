"""The timeline in pages of other sites."""
