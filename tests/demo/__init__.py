"""Tests of the demonstration's news day and of its local servers."""
