"""How a database becomes what this version needs, step by step; a step is never changed again."""

NEWEST = "v0001"
"""The last step: what a database must have taken."""
