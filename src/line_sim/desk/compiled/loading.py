"""Machine code that was compiled before, brought to life; needs llvmlite alone."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from llvmlite import binding

ENTRY = "line_sim_run"
"""The one function in the object code."""

FAILED = -1
"""What it returns where a rule raised; none does."""

Entry = Callable[[int, int, int], int]


def processor() -> str:
    """The name and abilities of this machine's processor: code is made for them."""
    return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"


def load(code: bytes) -> Entry:
    """The function in object code: it takes the addresses of two rows, and an integer.

    The code lives as long as the process does. Other threads run while it runs.
    """
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_triple(binding.get_process_triple())
    empty = binding.parse_assembly("")
    empty.triple = binding.get_process_triple()
    engine = binding.create_mcjit_compiler(empty, target.create_target_machine(jit=True))
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    word = ctypes.c_int64
    made: Entry = ctypes.CFUNCTYPE(word, word, word, word)(engine.get_function_address(ENTRY))
    return made


_engines: list[object] = []  # what they loaded goes with them
