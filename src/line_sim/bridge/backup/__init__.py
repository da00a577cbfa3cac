"""Everything of an install in one file, and back: any database, no secret in the clear."""
