"""The operations of LINE's API, a module an area."""
