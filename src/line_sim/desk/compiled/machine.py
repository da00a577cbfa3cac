"""An entry and all rules it calls: one LLVM module, optimised once, emitted as one object.

What comes out is an object file in memory with one function of three words in it. It has no
reference to Python or numba, so :mod:`.loading` runs it where neither is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import binding, ir
from numba import types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from line_sim.desk.compiled import words
from line_sim.desk.compiled.loading import ENTRY, FAILED
from line_sim.desk.compiled.parts import Part, callable_from_rules, part
from line_sim.desk.compiled.pointers import BYTE, WORD, RowType
from line_sim.desk.rows import RULES, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

SPEED = 2
"""LLVM's level of optimisation; 1 and 3 gave code as fast, see docs/performance.md."""


def object_code(entry: Callable[..., Any], *layouts: Layout) -> bytes:
    """The machine code of a rule, and of all that it calls, for this machine's processor.

    Parameters
    ----------
    entry
        A rule of two rows and one integer that returns an integer.
    layouts
        Of the two rows.

    Raises
    ------
    RuntimeError
        When the code would need something beyond itself: a rule does what rules must not.
    numba.core.errors.NumbaError
        When numba cannot compile a rule.
    """
    words.teach_all()
    for function in RULES:
        callable_from_rules(function)
    with global_compiler_lock:
        main = part(entry, (*map(RowType, layouts), types.int64))
        module = _linked(main)
        return _emitted(module)


def _linked(main: Part) -> Any:
    """One module of all parts, in which only the entry can be seen from outside."""
    module = binding.parse_assembly(_front_door(main))
    for library in (*main.library.needs, main.library):
        module.link_in(library.module, preserve=True)
    for function in module.functions:
        if not function.is_declaration and function.name != ENTRY:
            function.linkage = "internal"
    module.verify()
    return module


def _front_door(main: Part) -> str:
    """The entry as a plain function of three words; FAILED where a rule raised, which none does."""
    context = cpu_target.target_context
    module = context.create_module("line_sim")
    function = ir.Function(module, ir.FunctionType(WORD, [WORD] * 3), ENTRY)
    builder = ir.IRBuilder(function.append_basic_block())
    desk, people, steps = function.args
    rows = [builder.inttoptr(address, BYTE.as_pointer()) for address in (desk, people)]
    status, value = context.call_conv.call_function(
        builder,
        context.declare_function(module, main.description),
        main.signature.return_type,
        main.signature.args,
        [*rows, steps],
    )
    builder.ret(builder.select(status.is_ok, value, ir.Constant(WORD, FAILED)))
    return str(module)


def _emitted(module: Any) -> bytes:
    """Optimise a module and emit its object code."""
    target = binding.Target.from_triple(binding.get_process_triple())
    machine = target.create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
        opt=SPEED,
        reloc="static" if target.name.startswith("x86") else "default",  # as numba does
        codemodel="jitdefault",
        jit=True,
    )
    module.triple = binding.get_process_triple()
    module.data_layout = str(machine.target_data)
    tuning = binding.create_pipeline_tuning_options(speed_level=SPEED)
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = False
    builder = binding.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    _stands_alone(module)
    return bytes(machine.emit_object(module))


def _stands_alone(module: Any) -> None:
    beyond = [
        function.name
        for function in module.functions
        if function.is_declaration and not function.name.startswith("llvm.")
    ]
    if beyond:
        message = f"compiled rules call {', '.join(beyond)}"
        raise RuntimeError(message)
