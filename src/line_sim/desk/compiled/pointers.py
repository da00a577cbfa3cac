"""Rows and tables in the eyes of numba: pointers whose fields are read and written in place.

A row is a pointer, a table is a pointer to its first row, and ``row.field`` reads or writes the
field's bytes; so one argument is one machine word and no call counts references. Integers are 64
bits wide in the code whatever their width in memory, so every rule is compiled for one signature.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import (
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
)

from line_sim.desk.compiled.records import LISTS, NUMBERS, dtype_of, initial_row
from line_sim.desk.rows import Layout

BYTE = ir.IntType(8)
WORD = ir.IntType(64)


class RowType(types.Type):  # type: ignore[misc]
    """A pointer to a row of a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        super().__init__(name=f"row({layout.name})")


class TableType(types.Type):  # type: ignore[misc]
    """A pointer to the first row of a table, or to the first of a list of numbers."""

    def __init__(self, of: Layout | str) -> None:
        self.of = of
        super().__init__(name=f"table({of.name if isinstance(of, Layout) else of})")


@register_model(RowType)
@register_model(TableType)
class _PointerModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, BYTE.as_pointer())


def numba_type(kind: Any) -> Any:
    """Return the numba type a field reads as."""
    if isinstance(kind, Layout):
        return TableType(kind)
    if kind in LISTS:
        return RowType(LISTS[kind])
    if kind in NUMBERS:
        return TableType(NUMBERS[kind])
    return types.float64 if kind == "f8" else types.int64


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = RowType

    def generic_resolve(self, row: RowType, name: str) -> Any:
        kind = row.layout.kinds.get(name)
        return None if kind is None else numba_type(kind)


WIDTHS = {"i1": 8, "i2": 16, "i4": 32, "i8": 64}


def _place(builder: Any, value: Any, layout: Layout, name: str) -> tuple[Any, Any]:
    """Return a typed pointer to a field, and the field's kind."""
    kind = layout.kinds[name]
    offset = dtype_of(layout).fields[name][1]  # type: ignore[index]
    pointer = builder.gep(value, [ir.Constant(WORD, offset)])
    if kind == "f8":
        typed = ir.DoubleType()
    elif isinstance(kind, str) and kind in WIDTHS:
        typed = ir.IntType(WIDTHS[kind])
    else:
        typed = BYTE.as_pointer()
    return builder.bitcast(pointer, typed.as_pointer()), kind


def _apart(builder: Any, access: Any, name: str) -> Any:
    """Tell LLVM that an access touches nothing but fields of this name (type-based alias analysis).

    A row is reached only through its fields, so a store to one leaves all others as they were and
    need not make them be read again.
    """
    module = builder.module
    root = module.add_metadata([ir.MetaDataString(module, "line_sim")])
    zero = ir.Constant(WORD, 0)
    field = module.add_metadata([ir.MetaDataString(module, name), root, zero])
    access.set_metadata("tbaa", module.add_metadata([field, field, zero]))
    return access


@lower_getattr_generic(RowType)  # type: ignore[untyped-decorator]
def _get_field(context: Any, builder: Any, row: RowType, value: Any, name: str) -> Any:  # noqa: ARG001
    pointer, kind = _place(builder, value, row.layout, name)
    loaded = _apart(builder, builder.load(pointer), f"{row.layout.name}.{name}")
    return builder.sext(loaded, WORD) if kind in ("i1", "i2", "i4") else loaded


@lower_setattr_generic(RowType)  # type: ignore[untyped-decorator]
def _set_field(context: Any, builder: Any, sig: Any, args: Any, name: str) -> Any:
    row, given = sig.args
    pointer, kind = _place(builder, args[0], row.layout, name)
    value = context.cast(builder, args[1], given, types.float64 if kind == "f8" else types.int64)
    if kind in ("i1", "i2", "i4"):
        value = builder.trunc(value, ir.IntType(WIDTHS[kind]))
    _apart(builder, builder.store(value, pointer), f"{row.layout.name}.{name}")


@infer_global(operator.getitem)
class _Rows(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        table, index = args
        if isinstance(table, TableType) and isinstance(index, types.Integer):
            of = table.of
            result = RowType(of) if isinstance(of, Layout) else numba_type(of)
            return signature(result, table, types.int64)
        return None


@lower_builtin(operator.getitem, TableType, types.Integer)  # type: ignore[untyped-decorator]
def _get_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
    table = sig.args[0]
    size = dtype_of(table.of).itemsize if isinstance(table.of, Layout) else 8
    offset = builder.mul(args[1], ir.Constant(WORD, size))
    pointer = builder.gep(args[0], [offset])
    if isinstance(table.of, Layout):
        return pointer
    typed = ir.DoubleType() if table.of == "f8" else WORD
    loaded = builder.load(builder.bitcast(pointer, typed.as_pointer()))
    return _apart(builder, loaded, f"numbers.{table.of}")


def row_at(layout: Layout) -> Any:
    """Return the intrinsic that takes an address for a row of a layout."""

    @intrinsic  # type: ignore[untyped-decorator]
    def at(typing_context: Any, address: Any) -> Any:  # noqa: ARG001
        def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
            return builder.inttoptr(args[0], BYTE.as_pointer())

        return RowType(layout)(types.int64), code

    return at


@intrinsic  # type: ignore[untyped-decorator]
def call(typing_context: Any, address: Any, member: Any, enquiry: Any, now: Any) -> Any:  # noqa: ARG001
    """Call a planner's compiled function at an address."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
        kind = ir.FunctionType(ir.DoubleType(), [WORD, WORD, WORD])
        function = builder.inttoptr(args[0], kind.as_pointer())
        rest = [builder.ptrtoint(args[1], WORD), builder.ptrtoint(args[2], WORD), args[3]]
        return builder.call(function, rest)

    return types.float64(types.int64, member, enquiry, types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def make_fresh(typing_context: Any, rows: Any, layout: Any, count: Any) -> Any:  # noqa: ARG001
    """Write the initial values of a row: memory of generous size is touched only where used."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
        initial = initial_row(rows.of)
        size = ir.Constant(WORD, len(initial))
        values = cgutils.global_constant(
            builder.module,
            f"initial.{rows.of.name}",
            ir.Constant(ir.ArrayType(BYTE, len(initial)), bytearray(initial)),
        )
        place = builder.gep(args[0], [builder.mul(args[2], size)])
        cgutils.raw_memcpy(builder, place, values, size, 1, align=8)
        return context.get_dummy_value()

    return types.void(rows, types.int64, types.int64), code


# --- what Python brings: min, max and int, without the general machinery that numba has for them


def least(*numbers: Any) -> Any:
    """Stand for ``min`` of numbers of one type."""
    raise NotImplementedError


def most(*numbers: Any) -> Any:
    """Stand for ``max`` of numbers of one type."""
    raise NotImplementedError


def whole(number: Any) -> Any:
    """Stand for ``int`` of a number."""
    raise NotImplementedError


BUILTINS = {min: least, max: most, int: whole}


@infer_global(least)
@infer_global(most)
class _Extreme(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        kind = types.float64 if types.float64 in args else types.int64
        return signature(kind, *[kind] * len(args))


@infer_global(whole)
class _Whole(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        return signature(types.int64, *args)


def _extreme(builder: Any, sig: Any, args: Any, comparison: str) -> Any:
    best = args[0]
    for value in args[1:]:
        if sig.return_type == types.float64:
            better = builder.fcmp_ordered(comparison, value, best)
        else:
            better = builder.icmp_signed(comparison, value, best)
        best = builder.select(better, value, best)
    return best


@lower_builtin(least, types.VarArg(types.Any))  # type: ignore[untyped-decorator]
def _least(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
    return _extreme(builder, sig, args, "<")


@lower_builtin(most, types.VarArg(types.Any))  # type: ignore[untyped-decorator]
def _most(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
    return _extreme(builder, sig, args, ">")


@lower_builtin(whole, types.Any)  # type: ignore[untyped-decorator]
def _whole(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return context.cast(builder, args[0], sig.args[0], types.int64)
