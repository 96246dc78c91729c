"""Notification → people: what an alert says, and the channels that carry it."""
