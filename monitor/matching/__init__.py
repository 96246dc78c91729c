"""Matching: Article × Rulebook → Match, with the evidence."""
