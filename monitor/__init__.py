"""Watchword watches news feeds and tells the right people about the right story once."""

__version__ = "0.1.0"
