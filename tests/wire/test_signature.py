"""The signature of a webhook: the documented vector, and every forgery refused."""

import hashlib
import hmac
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.wire import bodies, signature

# Messaging API guide, verify webhook signature
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"  # noqa: S105 - published by LINE as an example
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="

SECRETS = st.text(alphabet="0123456789abcdef", min_size=32, max_size=32)


def test_the_documented_vector_is_reproduced() -> None:
    assert SIGNATURE == signature.sign(SECRET, BODY)
    assert signature.matches(SECRET, BODY, SIGNATURE)


@given(SECRETS, st.binary())
def test_a_signature_is_base64_of_hmac_sha256_over_the_raw_bytes(secret: str, body: bytes) -> None:
    plainly = b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()

    # twice, for the second answer comes from the key kept of the first
    assert [plainly, plainly] == [signature.sign(secret, body) for _ in range(2)]


@pytest.mark.parametrize("name", signature.WRONG)
@given(secret=SECRETS, body=st.one_of(st.binary(), st.just(BODY)))
def test_no_wrong_signature_matches(name: str, secret: str, body: bytes) -> None:
    assert signature.matches(secret, body, signature.sign(secret, body))
    assert not signature.matches(secret, body, signature.WRONG[name](secret, body))


def test_wrong_signatures_are_wrong_each_in_its_own_way() -> None:
    wrong = [forge(SECRET, BODY) for forge in signature.WRONG.values()]

    assert len(wrong) == len(set(wrong))


@pytest.mark.parametrize("name", sorted(signature.WRONG.keys() - {"missing"}))
def test_a_wrong_signature_can_stand_in_a_header(name: str) -> None:
    made = signature.WRONG[name](SECRET, BODY)

    assert made is not None
    assert made.isascii()
    assert made == made.strip()
    assert (made == "") is (name == "empty")


def test_the_rewritten_signature_is_that_of_a_bot_that_writes_the_json_anew() -> None:
    body = bodies.encode({"events": [], "destination": "\N{RED APPLE}"})
    anew = b'{"events": [], "destination": "\\ud83c\\udf4e"}'

    assert signature.sign(SECRET, anew) == signature.WRONG["rewritten"](SECRET, body)


@pytest.mark.parametrize("given_text", ["", "\N{RED APPLE}", "\ud83c", SIGNATURE + " "])
def test_whatever_text_comes_as_a_signature_is_refused_without_an_error(given_text: str) -> None:
    assert not signature.matches(SECRET, BODY, given_text)
