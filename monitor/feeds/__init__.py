"""Wire to article: fetching, decoding, parsing, identity and cadence of feeds."""
