"""Tests of what alerts say and of the channels that carry them."""
