"""Tests of matching: what rules find in articles."""
