"""What is shown fits its columns, whatever it is written in, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from line_sim.cli.screen import NARROW, paragraph

WORDS = st.lists(
    st.text(st.sampled_from("ab日本語สวัสดีครับ👍é"), min_size=1, max_size=120), max_size=12
)


@given(words=WORDS)
def test_a_paragraph_fits_its_columns_and_keeps_every_character(words: list[str]) -> None:
    text = " ".join(words)
    shown = paragraph(text, first="  ", rest="    ")
    assert "".join(shown.split()) == "".join(text.split())
    for line in shown.splitlines():
        alone = line.strip()  # a word of ASCII alone is never broken: it may be an address
        assert cell_len(line) <= NARROW or (alone.isascii() and " " not in alone)
