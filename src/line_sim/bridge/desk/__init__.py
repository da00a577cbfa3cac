"""The desk, live: the desk of the simulation, driven by people, over a database.

Whatever happens to it is an *input*: a row of ``desk_inputs`` with its time, its kind and its
arguments. Nothing else changes it, so a desk can be derived again from its inputs, happening by
happening (``docs/decisions/0011-the-live-desk.md``).
"""
