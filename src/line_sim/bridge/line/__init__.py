"""LINE as the bridge calls it all day: tokens, calls with their ends, the month's quota."""
