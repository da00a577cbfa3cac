"""Packed records: what was set is got, as of a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from line_sim.mock.platform.packed import Packed

KEYS = st.one_of(
    st.binary(min_size=16, max_size=16),
    st.integers(0, 5).map(lambda each: each.to_bytes(16, "big")),
)


@given(st.lists(st.tuples(KEYS, st.binary(max_size=80)), max_size=200), KEYS)
def test_it_holds_what_a_dictionary_holds(entries: list[tuple[bytes, bytes]], other: bytes) -> None:
    packed, expected = Packed(), {}
    for key, record in entries:
        packed.set(key, record)
        expected[key] = record

    assert len(expected) == len(packed)
    assert list(expected.values()) == [packed.get(key) for key in expected]
    assert expected.get(other) == packed.get(other)


def test_it_grows_and_loses_nothing() -> None:
    packed = Packed()
    for number in range(10_000):
        packed.set(number.to_bytes(16, "big"), str(number).encode())

    assert 10_000 == len(packed)
    assert b"0" == packed.get(bytes(16))
    assert b"9999" == packed.get((9_999).to_bytes(16, "big"))
    assert packed.get((10_000).to_bytes(16, "big")) is None
