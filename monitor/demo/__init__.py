"""The demonstration: a news day replayed over local feeds, with local receivers that show what arrives."""
