"""Benchmarks: they run, and they measure what they say."""
