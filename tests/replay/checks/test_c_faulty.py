"""Faulty cousins of the good bridge fail exactly the check of their fault, and what follows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from c_bench import AT_ONCE, faulty, told

from line_sim.replay.checks.report import CheckReport

Reports = dict[str, CheckReport]

EXPECTED: dict[str, tuple[set[int], set[int]]] = {
    # reply tokens
    "uses_token_twice": ({67}, {67, 69, 75}),  # so it also retries, and says things twice
    "replies_after_90s": ({68}, {68}),
    "no_fallback": ({69}, {69}),
    "blind_push_after_timeout": ({70}, {70, 87}),
    "replies_whatever_age": ({71}, {67, 68, 69, 71}),  # its old tokens are used ones
    # retries
    "no_retry_key": ({72, 73}, {72, 73, 99}),  # told twice, so the books disagree
    "new_key_per_retry": ({73}, {73, 99}),
    "treats_409_as_error": ({74}, {74, 99}),
    "retries_4xx": ({75}, {75}),
    "drops_after_500": ({73}, {73, 99}),
    "key_on_replies": ({78}, {67, 75, 78}),  # and tries again what LINE refused for it
    # limits and tokens
    "loops_on_401": ({66}, {66, 75}),
    "keeps_the_first_token": ({66}, {66, 75}),
    "always_says_sent": ({66, 77}, {66, 77, 99}),
    "hammers_429": ({76, 77}, {76, 77, 79}),  # for a month by one key
    "never_renews": ({94}, {66, 75, 94}),  # it calls on with its dead token
    "takes_any_destination": ({97}, {97}),
    # texts and names
    "truncates_at_4999_code_points": ({80, 81}, {80, 81, 85}),
    "splits_surrogates": ({81}, {81, 85}),
    "sends_over_five": ({82}, {82, 85}),
    "sends_empty": ({83}, {83, 85}),
    "sender_name_too_long": ({84}, {84, 85}),
    "tidies_texts": ({88}, {88, 99}),
    # courtesy and operation
    "sends_to_strangers": ({86}, {86}),
    "multicasts": ({87}, {87}),
    "loading_for_groups": ({89}, {89}),
    "marks_read_at_once": ({90}, {90}),
    "wrong_content_type": ({91}, {91}),
    "logs_secrets": ({92}, {92}),
    "logs_no_request_id": ({93}, {93}),
    "loses_some": ({99}, {99}),
}
"""By name: the checks whose situations are played, and all from 66 on that fail then."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """All of them on the bench, several at a time: they mostly wait."""
    folder = tmp_path_factory.mktemp("faulty")
    with ThreadPoolExecutor(AT_ONCE) as some:
        found = some.map(lambda each: faulty(each[0], each[1][0], folder), EXPECTED.items())
        return dict(found)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_faulty_cousin_fails_what_it_must_and_nothing_else(name: str, reports: Reports) -> None:
    wanted, found = EXPECTED[name][1], reports[name]

    assert wanted == set(found.numbers("fail")), told(found, wanted)
