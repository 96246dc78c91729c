"""Rules: files → Rulebook (document, terms, expressions, actors, lint, book)."""
