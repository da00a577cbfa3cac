"""Running a world: the engines, and experiments of many runs."""
