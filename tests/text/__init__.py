"""Tests of what rules see of a text, and what people are shown."""
