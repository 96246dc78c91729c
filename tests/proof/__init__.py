"""The proof that no kill and no fault loses an alert or tells it twice without saying so.

`delivery` runs it: real processes, a schedule of kills and faults drawn from a seed, and a check at the end
that compares what was served, what the archive holds and what arrived. A failing seed is run again by its
number.

`safety` prints what `door`, `bombs` and `http_behaviour` count: what feeds and their servers may try with us.
"""
