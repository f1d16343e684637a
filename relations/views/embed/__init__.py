"""The timeline in pages of others."""
