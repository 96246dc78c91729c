"""When and how many: the scheduler, loops, locks and shutdown."""
