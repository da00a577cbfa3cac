"""Who works at the bridge: accounts, passwords, sessions, and what each may see and do."""
