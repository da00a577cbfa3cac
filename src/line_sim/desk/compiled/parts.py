"""Rules to LLVM code: one module a rule, none of them machine code by itself.

numba would compile every function it meets to machine code, only to inline most of them into
others and compile those too; two thirds of its time. Here numba types and lowers a rule to LLVM
code and stops; :mod:`line_sim.desk.compiled.machine` links, optimises and emits all at once.

Of numba's inside this uses ``compile_extra`` with a pipeline and a library of our own, and the
templates of types that its own extensions are made of (``docs/decisions``, "One module").
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any

from numba import types
from numba.core import ir, typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, Flags, compile_extra
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.registry import cpu_target
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)

from line_sim.desk.compiled.pointers import BUILTINS, RowType, TableType

if TYPE_CHECKING:
    from line_sim.desk.rows import Layout

BEYOND_RULES = (len, operator.getitem, operator.iadd)
"""Words that mean something to numba by themselves."""


@register_pass(mutates_CFG=False, analysis_only=False)
class OwnBuiltins(FunctionPass):  # type: ignore[misc]
    """Put our own min, max and int in the place of Python's."""

    _name = "line_sim_builtins"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Rename them in the code of a function."""
        for block in state.func_ir.blocks.values():
            for assignment in block.find_insts(ir.Assign):
                source = assignment.value
                if isinstance(source, (ir.Global, ir.FreeVar)) and isinstance(
                    source.value, Hashable
                ):
                    source.value = BUILTINS.get(source.value, source.value)
        return True


PASSES = (
    (untyped_passes.TranslateByteCode, "analysing bytecode"),
    (untyped_passes.FixupArgs, "fixing up arguments"),
    (untyped_passes.IRProcessing, "processing"),
    (untyped_passes.ReconstructSSA, "one name a value"),
    (OwnBuiltins, "putting our own min, max and int"),
    (typed_passes.NopythonTypeInference, "inferring types"),
    (typed_passes.PreLowerStripPhis, "removing phis"),
    (typed_passes.IRLegalization, "making legal"),
    (typed_passes.AnnotateTypes, "annotating"),
    (typed_passes.NativeLowering, "lowering"),
    (typed_passes.NoPythonBackend, "handing over"),
)


class _Pipeline(CompilerBase):  # type: ignore[misc]
    """numba's own passes, without those for what rules do not do: closures, arrays."""

    def define_pipelines(self) -> list[Any]:
        """Return the one list of passes there is."""
        passes = PassManager("rules")
        for each, purpose in PASSES:
            passes.add_pass(each, purpose)
        passes.finalize()
        return [passes]


class Library(JITCodeLibrary):  # type: ignore[misc]
    """The LLVM module of one rule, and the names of those it calls; never machine code.

    Attributes
    ----------
    needs : the libraries of all rules called, directly or not; an ordered set.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs: dict[Library, None] = {}

    def add_linking_library(self, library: Any) -> None:
        """Note that a rule is called, and all that it calls.

        Anything else that numba would link (its memory management) is not for rules; what they
        should need of it shows in the end, when the whole must stand alone.
        """
        if isinstance(library, Library):
            self.needs.update(library.needs)
            self.needs[library] = None

    def add_llvm_module(self, ll_module: Any) -> None:
        """Keep a module as it is: everything is optimised together later."""
        self._final_module.link_in(ll_module)

    def finalize(self) -> None:
        """Do nothing: machine code is made of the whole."""
        self._finalized = True

    @property
    def module(self) -> Any:
        """The module itself."""
        return self._final_module


class Part:
    """One rule compiled as far as LLVM code, for one tuple of types.

    Attributes
    ----------
    signature, description : numba's, of types and of names.
    library : where the code is.
    """

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        flags = Flags()
        flags.no_compile = True
        flags.no_cpython_wrapper = True
        flags.no_cfunc_wrapper = True
        flags.error_model = "numpy"
        target = cpu_target.target_context
        self.library = Library(target.codegen(), function.__qualname__)
        result = compile_extra(
            cpu_target.typing_context, target, function, args, None, flags, {},
            library=self.library, pipeline_class=_Pipeline,
        )  # fmt: skip
        self.signature = result.signature
        self.description = result.fndesc
        target.insert_user_function(self, result.fndesc, [self.library])


_parts: dict[tuple[Callable[..., Any], tuple[Any, ...]], Part] = {}


def part(function: Callable[..., Any], args: tuple[Any, ...]) -> Part:
    """The part of a function for types, made when first asked for.

    Whole numbers and truth values of any kind count as 64 bits wide, so that there are few.
    """
    wide = tuple(map(_wide, args))
    if (function, wide) not in _parts:
        _parts[function, wide] = Part(function, wide)
    return _parts[function, wide]


def _wide(kind: Any) -> Any:
    if isinstance(kind, (types.Integer, types.Boolean, types.IntegerLiteral)):
        return types.int64
    if isinstance(kind, types.BaseTuple):  # a happening, an entry, a thing told
        return types.UniTuple(types.int64, len(kind))
    return kind


# --- how numba finds the part that a call needs


class _Calls(AbstractTemplate):  # type: ignore[misc]
    def choose(self, of: Any) -> Callable[..., Any] | None:
        """Return the function to call, by the type of the first argument."""
        raise NotImplementedError

    def generic(self, args: Any, kws: Any) -> Any:
        """Return the types of a call; the part is made to know them."""
        function = None if kws else self.choose(args[0])
        if function is None:
            return None
        made = part(function, args)
        self._made = {**getattr(self, "_made", {}), made.signature.args: made}
        return made.signature

    def get_impl_key(self, sig: Any) -> Part:
        """Return what :meth:`Part.__init__` has told numba of."""
        return self._made[sig.args]  # type: ignore[no-any-return]


_taught: dict[Any, list[tuple[Layout | None, Callable[..., Any]]]] = {}


def callable_from_rules(function: Callable[..., Any]) -> None:
    """Let rules call a function."""
    if function not in _taught:
        _taught[function] = []
        infer_global(function, types.Function(_calls(function, lambda _of: function)))


def teach(word: Any, layout: Layout | None, twin: Callable[..., Any]) -> None:
    """Let rules use ``twin`` where they say ``word``, on rows of a layout; None = any of ours."""
    if word not in _taught:
        _taught[word] = []
        made = _calls(word, lambda of: _twin_of(word, of))
        if isinstance(word, BuiltinFunctionType) and word in BEYOND_RULES:
            infer_global(word)(made)  # beside what numba makes of it already
        else:
            infer_global(word, types.Function(made))
    _taught[word].append((layout, twin))


def _twin_of(word: Any, of: Any) -> Callable[..., Any] | None:
    for layout, twin in _taught[word]:
        if layout is None and isinstance(of, (RowType, TableType)):
            return twin
        if layout is not None and isinstance(of, RowType) and of.layout is layout:
            return twin
    return None


def _calls(word: Any, choose: Callable[[Any], Callable[..., Any] | None]) -> Any:
    return type("Calls", (_Calls,), {"key": word, "choose": lambda _self, of: choose(of)})


def teach_method(layout: Layout, name: str, twin: Callable[..., Any]) -> None:
    """Let rules call ``row.name()`` on rows of a layout."""

    class Method(AttributeTemplate):  # type: ignore[misc]
        key = RowType

        def generic_resolve(self, row: Any, asked: str) -> Any:
            if row.layout is not layout or asked != name:
                return None
            made = part(twin, (row,))

            class Call(AbstractTemplate):  # type: ignore[misc]
                key = made

                def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
                    return signature(made.signature.return_type, recvr=row)

            return types.BoundFunction(Call, row)

    infer_getattr(Method)
