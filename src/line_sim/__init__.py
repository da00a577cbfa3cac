"""Simulate a LINE channel end to end."""
