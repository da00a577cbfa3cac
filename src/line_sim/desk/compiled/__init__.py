"""The compiled form: the rules of the desk as machine code on rows in memory.

:mod:`.records` makes the rows (numpy), :mod:`.loading` brings machine code that was kept to life
(llvmlite). The others turn rules into machine code and need numba: :mod:`.pointers` tells it what a
row is, :mod:`.words` what ``push`` and ``note`` mean, :mod:`.parts` turns one rule into LLVM code,
:mod:`.machine` all of them into one object, :mod:`.keys` compiles planners' own methods.

Only ``line_sim.sim`` asks for this, when a compiled run is wanted.
"""
