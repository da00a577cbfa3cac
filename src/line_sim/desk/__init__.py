"""The desk: the rules of service as one machine without clock, network, dice or files.

The simulation's engines and the live bridge all drive this same code. Its functions work on rows
(:mod:`line_sim.desk.rows`, :mod:`line_sim.desk.tables`) and take the time as an argument.
"""
