"""Is the daemon itself well? What it watches of itself, and how its operators are told."""
