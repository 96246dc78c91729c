"""Who is told of a story: routes and alerts."""
