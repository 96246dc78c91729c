"""Tests of the rule language: files, expressions, the rulebook and its lint."""
