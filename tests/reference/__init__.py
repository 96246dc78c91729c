"""A second evaluator of the rule language, slow and plain, and the proofs that the engine agrees with it.

It is written from the page on the rule language and shares with the engine only folding, stems, sentence ends
and the lists of markers. Nothing here is indexed or remembered: every term is tried at every token of every
field. What the page leaves open is decided where it is used, and said there.
"""
