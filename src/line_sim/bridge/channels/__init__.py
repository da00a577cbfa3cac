"""LINE accounts connected to the desk: how each is set up, connected, suspended and deleted."""
