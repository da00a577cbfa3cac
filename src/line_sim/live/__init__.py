"""Simulated people who work a live bridge: visitors by a mock LINE, staff by the staff API."""
