"""Clocks and sockets: what the mock, a replay and a bridge share of the network."""
