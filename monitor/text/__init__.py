"""Text: what a rule sees (visible text, folding, tokens, sentences) and what people are shown."""
