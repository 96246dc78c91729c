"""What reads strangers' bytes, fed with bytes that a fuzzer makes up.

`make fuzz` runs every target for a while with atheris (the extra `fuzz`); the seeds go through every target
in the ordinary tests. A finding is any exception but those that are promised, or a hang.
"""
