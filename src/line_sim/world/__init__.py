"""Draws people before a run: when they write, how they behave, who is on duty."""
