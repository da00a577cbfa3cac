"""Rows, tables, heaps and the log, in compiled form; the only module that knows numba.

Teaches numba the words of :mod:`line_sim.desk.rows` for records in memory. A row is a pointer, a
table is a pointer to its first row, and ``row.field`` reads or writes the field's bytes; so one
argument is one machine word and no call counts references. Integers are 64 bits wide in the code
whatever their width in memory, so every rule is compiled for one signature. The plain functions
stay plain: both forms live in one process.

Who holds a :class:`Record` keeps its memory alive; nothing here frees anything else.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import cfunc, njit, types
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import (
    intrinsic, lower_builtin, lower_getattr_generic, lower_setattr_generic, models, overload,
    overload_method,
    register_jitable, register_model,
)  # fmt: skip

from line_sim.desk import rows
from line_sim.desk.records import HEAP, LISTS, LOG, NUMBERS, TOLD, dtype_of
from line_sim.desk.rows import RULES, Layout
from line_sim.desk.tables import ENQUIRY, MEMBER

OPTIONS = {"error_model": "numpy", "nogil": True}

# --- numba types


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
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


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
    pointer = builder.gep(value, [ir.Constant(ir.IntType(64), offset)])
    if kind == "f8":
        typed = ir.DoubleType()
    elif isinstance(kind, str) and kind in WIDTHS:
        typed = ir.IntType(WIDTHS[kind])
    else:
        typed = ir.IntType(8).as_pointer()
    return builder.bitcast(pointer, typed.as_pointer()), kind


@lower_getattr_generic(RowType)
def _get_field(context: Any, builder: Any, row: RowType, value: Any, name: str) -> Any:  # noqa: ARG001
    pointer, kind = _place(builder, value, row.layout, name)
    loaded = builder.load(pointer)
    return builder.sext(loaded, ir.IntType(64)) if kind in ("i1", "i2", "i4") else loaded


@lower_setattr_generic(RowType)
def _set_field(context: Any, builder: Any, sig: Any, args: Any, name: str) -> Any:
    row, given = sig.args
    pointer, kind = _place(builder, args[0], row.layout, name)
    value = context.cast(builder, args[1], given, types.float64 if kind == "f8" else types.int64)
    if kind in ("i1", "i2", "i4"):
        value = builder.trunc(value, ir.IntType(WIDTHS[kind]))
    builder.store(value, pointer)


@infer_global(operator.getitem)
class _Rows(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        table, index = args
        if isinstance(table, TableType) and isinstance(index, types.Integer):
            of = table.of
            result = RowType(of) if isinstance(of, Layout) else numba_type(of)
            return signature(result, table, types.int64)
        return None


@lower_builtin(operator.getitem, TableType, types.Integer)
def _get_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
    table = sig.args[0]
    size = dtype_of(table.of).itemsize if isinstance(table.of, Layout) else 8
    offset = builder.mul(args[1], ir.Constant(ir.IntType(64), size))
    pointer = builder.gep(args[0], [offset])
    if isinstance(table.of, Layout):
        return pointer
    typed = ir.DoubleType() if table.of == "f8" else ir.IntType(64)
    return builder.load(builder.bitcast(pointer, typed.as_pointer()))


def _cast_to(layout: Layout) -> Any:
    """Return the intrinsic that takes an address for a row of a layout."""

    @intrinsic  # type: ignore[misc]
    def row_at(typing_context: Any, address: Any) -> Any:  # noqa: ARG001
        def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
            return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

        return RowType(layout)(types.int64), code

    return row_at


@intrinsic  # type: ignore[misc]
def _call(typing_context: Any, address: Any, member: Any, enquiry: Any, now: Any) -> Any:  # noqa: ARG001
    """Call a planner's compiled function at an address."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001
        word = ir.IntType(64)
        kind = ir.FunctionType(ir.DoubleType(), [word, word, word])
        function = builder.inttoptr(args[0], kind.as_pointer())
        rest = [builder.ptrtoint(args[1], word), builder.ptrtoint(args[2], word), args[3]]
        return builder.call(function, rest)

    return types.float64(types.int64, member, enquiry, types.int64), code


# --- the words


def _push(heap: Any, entry: Any) -> None:
    at, kind, number, place, generation = entry
    order = (kind << 40) + number
    i = heap.count + 1
    heap.count = i
    entries = heap.entries
    while i > 1:
        above = entries[i >> 1]
        if _earlier(above, at, order, place, generation):
            break
        _put(entries[i], above.at, above.order, above.place, above.generation)
        i >>= 1
    _put(entries[i], at, order, place, generation)


@register_jitable(**OPTIONS)
def _put(entry: Any, at: int, order: int, place: int, generation: int) -> None:
    entry.at = at
    entry.order = order
    entry.place = place
    entry.generation = generation


@register_jitable(**OPTIONS)
def _earlier(entry: Any, at: int, order: int, place: int, generation: int) -> bool:
    if entry.at != at:
        return entry.at < at  # type: ignore[no-any-return]
    if entry.order != order:
        return entry.order < order  # type: ignore[no-any-return]
    if entry.place != place:
        return entry.place < place  # type: ignore[no-any-return]
    return entry.generation < generation  # type: ignore[no-any-return]


@register_jitable(**OPTIONS)
def _unpacked(entry: Any) -> Any:
    order = entry.order
    kind = (order + 1) >> 40  # a number may be -1
    return entry.at, kind, order - (kind << 40), entry.place, entry.generation


def _pop(heap: Any) -> Any:
    entries = heap.entries
    top = _unpacked(entries[1])
    n = heap.count
    heap.count = n - 1
    last = entries[n]
    at, order, place, generation = last.at, last.order, last.place, last.generation
    i = 1
    below = 2
    while below < n:
        if below + 1 < n:
            left = entries[below]
            if _earlier(entries[below + 1], left.at, left.order, left.place, left.generation):
                below += 1
        child = entries[below]
        if not _earlier(child, at, order, place, generation):
            break
        _put(entries[i], child.at, child.order, child.place, child.generation)
        i = below
        below *= 2
    _put(entries[i], at, order, place, generation)
    return top


@overload(operator.iadd, strict=False, jit_options=OPTIONS)
def _note_or_tell(of: Any, numbers: Any) -> Any:
    if isinstance(of, RowType) and of.layout is LOG:

        def note(of: Any, numbers: Any) -> Any:
            at, kind, reason, channel, enquiry, visitor, staff, destination, attempt = numbers
            row = of.entries[of.count]
            of.count += 1
            row.at = at
            row.enquiry = enquiry
            row.visitor = visitor
            row.staff = staff
            row.attempt = attempt
            row.destination = destination
            row.channel = channel
            row.kind = kind
            row.reason = reason
            row.spare = 0

        return note
    if isinstance(of, RowType) and of.layout is TOLD:

        def tell(of: Any, numbers: Any) -> Any:
            what, number, staff = numbers
            entries = of.entries
            count = of.count
            entries[count].value = what
            entries[count + 1].value = number
            entries[count + 2].value = staff
            of.count = count + 3

        return tell
    return None


@overload(len, strict=False, jit_options=OPTIONS)
def _len(of: Any) -> Any:
    if isinstance(of, RowType) and of.layout is TOLD:
        return lambda of: of.count
    return None


@overload(operator.getitem, strict=False, jit_options=OPTIONS)
def _getitem(of: Any, i: Any) -> Any:
    if isinstance(of, RowType) and of.layout is TOLD:
        return lambda of, i: of.entries[i].value
    if isinstance(of, RowType) and of.layout is HEAP:
        return lambda of, i: _unpacked(of.entries[i + 1])
    return None


@overload_method(RowType, "clear", strict=False, jit_options=OPTIONS)
def _clear(of: Any) -> Any:
    if of.layout is TOLD:

        def clear(of: Any) -> None:
            of.count = 0

        return clear
    return None


def _free_rows(of: Any) -> int:
    return of.room - of.count  # type: ignore[no-any-return]


def _fresh(rows: Any, layout_row: Any, count: int) -> None:
    pass


def _call_key(desk: Any, key: int, member: Any, enquiry: Any, now: int) -> float:
    return _call(key, member, enquiry, now)  # type: ignore[no-any-return]


def _teach(word: Callable[..., Any], twin: Callable[..., Any]) -> None:
    """Let numba use ``twin`` where the rules use ``word`` (on a list that is ours)."""
    names = ", ".join(twin.__code__.co_varnames[: twin.__code__.co_argcount])
    space: dict[str, Any] = {"twin": twin, "RowType": RowType, "TableType": TableType}
    of = names.split(",")[0]
    exec(  # noqa: S102 - numba asks for the same names
        f"def typer({names}):\n    return twin if isinstance({of}, (RowType, TableType)) else None",
        space,
    )
    overload(word, strict=False, jit_options=OPTIONS)(space["typer"])


for _word, _twin in [
    (rows.push, _push), (rows.pop, _pop), (rows.free_rows, _free_rows),
    (rows.call_key, _call_key), (rows.fresh, _fresh),
]:  # fmt: skip
    _teach(_word, _twin)


# --- compiling


def compile_entry(entry: Callable[..., Any], *layouts: Layout, cache: bool = True) -> Any:
    """Compile a rule that takes rows of ``layouts`` and then integers; return the machine code.

    Parameters
    ----------
    entry : a function of two row arguments and one integer, returning an integer.
    layouts : of the two rows.
    cache : keep the machine code in ``numba.config.CACHE_DIR``, which must be set before.

    Returns
    -------
    A function of (address, address, integer), see :attr:`line_sim.desk.records.Record.address`.
    It compiles at its first call.
    """
    for function in RULES:
        register_jitable(**OPTIONS)(function)
    first, second = (_cast_to(layout) for layout in layouts)

    def machine(desk: int, people: int, steps: int) -> int:
        return entry(first(desk), second(people), steps)  # type: ignore[no-any-return]

    return njit("int64(int64, int64, int64)", cache=cache, **OPTIONS)(machine)


def compile_key(function: Callable[..., Any]) -> Any:
    """Compile a planner's ``key(member, enquiry, now)``; its ``address`` goes into a record.

    Raises
    ------
    numba.core.errors.NumbaError
        When numba cannot compile it.
    """
    as_member, as_enquiry = _cast_to(MEMBER), _cast_to(ENQUIRY)
    inner = njit(**OPTIONS)(function)

    def key(member: int, enquiry: int, now: int) -> float:
        return float(inner(as_member(member), as_enquiry(enquiry), now))

    return cfunc("float64(int64, int64, int64)", error_model="numpy")(key)
