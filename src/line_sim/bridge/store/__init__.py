"""What the bridge remembers: one database, written in transactions."""
