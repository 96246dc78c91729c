"""Tests of the rules that are shipped."""
