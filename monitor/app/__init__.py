"""The one place where objects are built and joined.

`parts` opens what a process works with, `rulebooks` holds the rules in force, `era` runs what depends on one
configuration, `daemon` is the life of a process: it goes from one era to the next when files change.
"""
