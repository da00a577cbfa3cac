"""How a database becomes what this version needs, step by step; a step is never changed again."""
