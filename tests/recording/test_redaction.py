"""Redaction: no planted secret survives in any place or encoding, and equal secrets stay equal."""

from __future__ import annotations

import base64
import gzip
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

BEARER = "canary/bearer+" + "b" * 150 + "="
WRONG_BEARER = "canary-of-another-system-0123456789"
CHANNEL_SECRET = "0123456789abcdef0123456789abcdee"  # noqa: S105 - a planted canary
SHORT_SECRET = "canary-short"  # noqa: S105 - as above
REPLY_TOKEN = "fedcba9876543210fedcba9876543210"  # noqa: S105 - as above
ASSERTION = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
ISSUED = "canary-issued-token-000111"
CANARIES = (
    BEARER, WRONG_BEARER, CHANNEL_SECRET, SHORT_SECRET, REPLY_TOKEN, ASSERTION, ISSUED,
)  # fmt: skip


def forms(secret: str) -> set[bytes]:
    """The encodings in which a secret could be read back."""
    raw = secret.encode()
    packed = {base64.b64encode(b" " * pad + raw)[4:-4] for pad in range(3)}
    return {raw, quote(secret, "").encode(), raw.hex().encode(), raw.replace(b"/", rb"\/"), *packed}


def survivors(output: bytes) -> list[str]:
    """The canaries that can be read in `output`, as it is, unescaped or in the base64 within it."""
    packed = re.findall(rb'"body_b64":"([^"]*)"', output)
    plain = re.sub(rb"\\+u00([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), output)
    texts = [output, plain, *map(base64.b64decode, packed)]
    return [c for c in CANARIES if any(form in text for form in forms(c) for text in texts)]


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


EVENT = {"replyToken": REPLY_TOKEN, "quoteToken": "q"}
TEXTS = [{"type": "text", "text": f"my {SHORT_SECRET}"}, {"text": BEARER}, {"text": CHANNEL_SECRET}]
FORM = f"grant_type=client_credentials&client_secret={CHANNEL_SECRET}&client_assertion={ASSERTION}"
TOKENS = {"access_token": ISSUED, "expires_in": 9, "refresh_token": ISSUED, "key_id": "kid"}
PARTS = (
    f'--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n{WRONG_BEARER}\r\n--x--'
)
PLANTED: list[tuple[str, dict[str, object]]] = [
    ("call", {"headers": {"authorization": f"Bearer {BEARER}"}}),
    ("call", {"headers": {"Authorization": f"Bearer {WRONG_BEARER}"}}),
    ("call", {"headers": [("AUTHORIZATION", f"bearer {WRONG_BEARER}")]}),
    ("call", {"headers": {"authorization": WRONG_BEARER, "cookie": f"session={WRONG_BEARER}"}}),
    ("call", {"headers": {"x-sim-token": WRONG_BEARER, "x-odd": BEARER}}),
    ("call", {"path": f"/v2/bot/profile/{BEARER}"}),
    ("call", {"path": f"/v2/bot/message/reply/{REPLY_TOKEN}"}),
    ("call", {"path": f"/oauth2/v2.1/verify?access_token={quote(BEARER, '')}"}),
    ("call", {"path": f"/oauth2/v2.1/tokens/kid?client_assertion={ASSERTION}"}),
    ("call", {"query": f"a=1&access_token={WRONG_BEARER}"}),
    ("call", {"body": FORM.encode()}),
    ("call", {"body": FORM.replace("client_secret", "client%5Fsecret").encode()}),
    ("call", {"body": f"ACCESS_TOKEN={WRONG_BEARER}".encode()}),
    ("call", {"body": f"code={WRONG_BEARER}&code_verifier={WRONG_BEARER}".encode()}),
    ("call", {"body": PARTS.encode()}),
    ("call", {"body": b"\xff\xfe" + FORM.encode() + BEARER.encode()}),
    ("call", {"body": orjson.dumps({"replyToken": REPLY_TOKEN, "messages": []})}),
    ("call", {"body": f'{{"replytoken" : "{REPLY_TOKEN}"}}'.encode()}),
    ("call", {"body": f'{{"replyToken":"{escaped(REPLY_TOKEN)}"}}'.encode()}),
    ("call", {"body": f'{{"{escaped("replyToken")}":"{REPLY_TOKEN}"}}'.encode()}),
    ("call", {"body": f'{{"text":"{escaped(SHORT_SECRET)}"}}'.encode()}),
    ("call", {"body": orjson.dumps({**EVENT, "linkToken": ISSUED})}),
    ("call", {"body": orjson.dumps({"messages": TEXTS})}),
    ("call_end", {"status": 200, "body": TOKENS}),
    ("call_end", {"status": 200, "body": orjson.dumps(TOKENS)}),
    ("call_end", {"status": 400, "why": f"the reply token {REPLY_TOKEN} was used"}),
    ("call_end", {"status": 401, "findings": [f"Bearer {WRONG_BEARER} is no token"]}),
    ("call_end", {"sent": {"kind": "push", "messages": TEXTS}}),
    ("webhook", {"body": orjson.dumps({"destination": "U", "events": [EVENT, EVENT]})}),
    ("webhook", {"headers": [("x-line-signature", "c2lnbmF0dXJl"), ("x-a", CHANNEL_SECRET)]}),
    ("fault", {"fault": {"name": f"ExpiresToken for {BEARER}"}}),
    ("note", {"text": f"reply token {REPLY_TOKEN}, channel secret {CHANNEL_SECRET}"}),
    ("agent", {"anything": {"secret": WRONG_BEARER, "deep": [{"access_token": ISSUED}]}}),
    ("call", {"body": orjson.dumps({"messages": [{"text": f"token:{REPLY_TOKEN}\nbye"}]})}),
    ("call", {"body": f'{{"text":"{escaped(REPLY_TOKEN)}"}}'.encode()}),
    ("call_end", {"sent": {"kind": "push", "messages": [{"text": f"a{REPLY_TOKEN}f"}]}}),
    ("call", {"headers": {"x-line-retry-key": REPLY_TOKEN}}),
    ("call", {"headers": [("X-Line-Retry-Key", REPLY_TOKEN)]}),
    ("unheard-of", {"payload": {"replyToken": REPLY_TOKEN, "more": f"x={SHORT_SECRET}"}}),
]  # fmt: skip


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_no_planted_secret_is_in_any_output(tmp_path: Path, name: str) -> None:
    redact = Redactor(BEARER, CHANNEL_SECRET, SHORT_SECRET)
    header = {"settings": {"channels": [{"secret": CHANNEL_SECRET, "access_token": ISSUED}]}}
    outputs = []
    with Writer(tmp_path / name, lambda: 0, redact=redact, media="inline", header=header) as ledger:
        for kind, fields in PLANTED:
            ledger.write(kind, **fields)
        ledger.write("call", media_type="image/png", body=b"\xff" * 9_000 + BEARER.encode())
        outputs = [path.read_bytes() for path in tmp_path.iterdir()]
        memory = b"\n".join(map(orjson.dumps, ledger.lines()))
    closed = (tmp_path / name).read_bytes()
    outputs += [memory, gzip.decompress(closed) if name.endswith("gz") else closed]

    assert 3 == len(outputs)
    for output in outputs:
        assert len(PLANTED) < output.count(b"\n")
        assert [] == survivors(output)


@pytest.mark.parametrize("place", range(len(PLANTED)))
def test_the_canary_test_sees_a_writer_that_does_not_redact(place: int) -> None:
    _, fields = PLANTED[place]
    body = fields.get("body")
    plain = {**fields, "body": body.decode("latin-1")} if isinstance(body, bytes) else fields

    assert survivors(orjson.dumps(plain))


def test_a_secret_is_found_by_value_wherever_it_stands() -> None:
    redact = Redactor(CHANNEL_SECRET, SHORT_SECRET)
    for size in range(200):
        for secret in (CHANNEL_SECRET, SHORT_SECRET):
            line = b"." * size + secret.encode() + b"." * (200 - size)

            assert secret.encode() not in redact.known(line)


@given(st.binary(max_size=300))
def test_bytes_without_a_known_secret_stay_as_they_are(data: bytes) -> None:
    redact = Redactor(CHANNEL_SECRET, SHORT_SECRET)

    assert data == redact.known(data)


@given(st.text(max_size=80), st.text("0123456789abcdef", min_size=1, max_size=80))
def test_webhook_and_reply_still_join(text: str, token: str) -> None:
    redact = Redactor()
    webhook = {"events": [{"replyToken": token, "message": {"text": text, "quoteToken": "q"}}]}
    answer = {"replyToken": token, "messages": [{"type": "text", "text": text}]}
    (event,) = orjson.loads(redact.body(orjson.dumps(webhook)))["events"]
    pretty = redact.body(orjson.dumps(answer, option=orjson.OPT_INDENT_2))

    assert event["replyToken"] == orjson.loads(pretty)["replyToken"]
    assert len(token) == len(event["replyToken"])
    assert text == event["message"]["text"]


@pytest.mark.parametrize("plain", [REPLY_TOKEN, str(UUID(REPLY_TOKEN))])
@pytest.mark.parametrize("kind", [dict, list])
def test_a_reply_token_is_no_retry_key_to_be_shown(plain: str, kind: type) -> None:
    redact = Redactor()
    redact.body(orjson.dumps(EVENT))
    headers = kind({"x-line-retry-key": plain}.items())

    assert plain.encode() not in redact.known(orjson.dumps(redact.headers(headers)))


def test_digits_that_were_never_a_reply_token_stay_in_a_text() -> None:
    redact = Redactor()
    redact.body(orjson.dumps(EVENT))
    body = orjson.dumps({"text": f"md5 {'0123456789abcdef' * 2}, more {REPLY_TOKEN[:-1]}"})

    assert body == redact.known(redact.body(body).encode())


def test_reply_tokens_that_went_astray_take_bounded_room() -> None:
    redact = Redactor(CHANNEL_SECRET)
    tokens = [f"{number:032x}" for number in range(16, 300)]
    for token in tokens:
        redact.body(orjson.dumps({"replyToken": token}))
        shown = redact.body(orjson.dumps({"text": token}))

        assert token.encode() not in redact.known(shown.encode())

    assert CHANNEL_SECRET.encode() not in redact.known(CHANNEL_SECRET.encode())
    assert tokens[0].encode() in redact.known(tokens[0].encode())


def test_reply_tokens_of_late_are_known_among_many_others() -> None:
    redact = Redactor()
    for number in range(8_000):
        redact.reply_token(f"{number:032x}")
    shown = redact.known(redact.body(b'"%032x"' % 1).encode())

    assert b"%032x" % 1 not in shown


def test_different_tokens_and_different_recordings_have_different_stand_ins() -> None:
    one, other = Redactor(), Redactor()

    assert one.reply_token("a" * 32) != one.reply_token("b" * 32)
    assert one.reply_token("a" * 32) != other.reply_token("a" * 32)
    assert one.headers({"authorization": "Bearer aaaaaaaa"}) != one.headers(
        {"authorization": "Bearer bbbbbbbb"}
    )


def test_a_body_without_secrets_keeps_every_byte() -> None:
    body = b'{ "text" : "caf\\u00e9 \\u0041 \xf0\x9f\x8d\x8e", "quoteToken":"q-1" }'

    assert body == Redactor().body(body).encode()


def test_a_short_or_common_word_is_not_hunted_for() -> None:
    redact = Redactor("shop", "exchange", "webhook_end")
    line = b'{"kind":"webhook_end","exchange":1,"text":"shop"}'

    assert line == redact.known(line)


def test_what_is_no_secret_stays_in_headers() -> None:
    headers = {"x-line-retry-key": "123e4567-e89b-12d3-a456-426614174000", "X-Line-Signature": "s="}

    assert headers == Redactor().headers(headers)


HOSTILE = [
    b"token" + b"a" * 2_000_000,
    b'{"replyToken":"' + b"a" * 2_000_000,
    b'{"replyToken":"' + b"\\" * 2_000_001,
    b'{"client_secret"' + b" " * 2_000_000,
    b'{"token":1' + b'"' * 2_000_000,
    b'name="code"\r\n' + b"a\r\n" * 600_000,
    b"code" + b"%=&" * 600_000,
    b'{"token":"' + b"\\u0061" * 300_000 + b'"}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body[:12]))
def test_a_hostile_body_costs_time_in_proportion_to_its_length(body: bytes) -> None:
    redact = Redactor(CHANNEL_SECRET)
    small, large = body[: len(body) // 16], body
    times = []
    for each in (small, large):
        started = time.process_time()
        redact.body(each)
        redact.text(each.decode())
        times.append(time.process_time() - started)

    assert 10 > times[1]  # what is quadratic takes minutes
    assert 100 * max(times[0], 0.01) > times[1]


def test_reply_tokens_of_any_shape_keep_no_quote_open() -> None:
    for token in ("", "x", 'quo\\"te', "back\\\\slash", "a" * 500):
        body = f'{{"replyToken":"{token}","messages":[]}}'.encode()

        assert [] == orjson.loads(Redactor().body(body))["messages"]
