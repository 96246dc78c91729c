"""Feeds: from the wire to articles."""
