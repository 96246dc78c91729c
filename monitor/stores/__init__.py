"""The archive (SQL) and the queue (Redis)."""
