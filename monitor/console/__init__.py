"""What the daemon serves on `listen.bind`: its health, and metrics for Prometheus."""
