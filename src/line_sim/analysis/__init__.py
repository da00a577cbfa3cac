"""Numbers and pictures, computed from event logs and from nothing else."""
