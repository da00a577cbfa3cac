"""HTTP to others: a fast pool of connections, and the one import of httpx."""
