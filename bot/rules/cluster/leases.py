"""Leases: how long what a process holds is its own without a sign of life."""

LEASE_SECONDS = 15.0
