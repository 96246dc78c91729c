"""Benchmarks: what the promises about speed are measured by. No part of the package, and no timed tests."""
