"""LINE as a machine without network, clock or dice: time is passed in, what is due is asked for."""
