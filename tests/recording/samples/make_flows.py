"""Makes ``flows.mitm`` and ``flows.har`` beside it, by mitmproxy itself.

Not run by any test: in an environment of its own, ``pip install mitmproxy==11.0.2``, then
``python make_flows.py``. What comes out is read by the tests, which need no mitmproxy.
"""

import base64
import gzip
import hashlib
import hmac
import json
from pathlib import Path

from mitmproxy import connection, flow, http, tcp
from mitmproxy.addons.savehar import SaveHar
from mitmproxy.io import FlowWriter

SECRET = "fake-channel-secret-of-the-samples"  # noqa: S105 - obviously fake
TOKEN = "fake-access-token-of-the-samples-0123456789"  # noqa: S105
START = 1_764_034_648.25
PICTURE = bytes(range(256)) * 20

BODY = (
    '{"destination":"U00000000000000000000000000000001","events":[{"type":"message","message":'
    '{"type":"text","id":"480000000000000001","quoteToken":"fake-quote","text":"caf\u00e9 '
    '\\uD83C\\uDF4E"},"webhookEventId":"01HF7YAT00S1MEVENT00000001","deliveryContext":'
    '{"isRedelivery":false},"timestamp":1764034648000,"source":{"type":"user","userId":'
    '"U0000000000000000000000000000000a"},"replyToken":"0123456789abcdef0123456789abcdef",'
    '"mode":"active"}]}'
).encode()


def connections() -> tuple[connection.Client, connection.Server]:
    client = connection.Client(
        peername=("203.0.113.5", 50_000), sockname=("127.0.0.1", 8080), timestamp_start=START
    )
    return client, connection.Server(address=("bot.example", 443))


def exchange(
    after_s: float, took_s: float, request: http.Request, response: http.Response | None
) -> http.HTTPFlow:
    made = http.HTTPFlow(*connections())
    request.timestamp_start = START + after_s
    request.timestamp_end = START + after_s + 0.001
    made.timestamp_created = START + after_s
    made.request = request
    if response is not None:
        response.timestamp_start = START + after_s + took_s
        response.timestamp_end = START + after_s + took_s
    made.response = response
    return made


def webhook(body: bytes) -> http.Request:
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "LineBotWebhook/2.0",
        "X-Line-Signature": signature,
    }  # fmt: skip
    return http.Request.make("POST", "https://bot.example/callback", body, headers)


def call(method: str, url: str, content: object = b"") -> http.Request:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if content:
        headers["Content-Type"] = "application/json"
        content = json.dumps(content).encode()
    return http.Request.make(method, url, content, headers)


def answer(content: object, **headers: str) -> http.Response:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    made = http.Response.make(200, b"", headers)
    made.raw_content = body
    return made


def flows() -> list[flow.Flow]:
    texts = [{"type": "text", "text": "An apple, at once"}]
    reply = {"replyToken": "0123456789abcdef0123456789abcdef", "messages": texts}
    sent = {"sentMessages": [{"id": "480000000000000009", "quoteToken": "fake-quote-2"}]}
    packed = answer(gzip.compress(json.dumps(sent).encode(), mtime=0))
    packed.headers["Content-Encoding"] = "gzip"
    packed.headers["Content-Type"] = "application/json"
    picture = answer(PICTURE)
    picture.headers["Content-Type"] = "image/jpeg"
    unanswered = exchange(3.0, 0.0, webhook(BODY.replace(b"EVENT00000001", b"EVENT00000002")), None)
    unanswered.error = flow.Error("peer closed connection", START + 3.5)
    stream = tcp.TCPFlow(*connections())
    page = http.Request.make("GET", "https://shop.example/index.html")
    return [
        exchange(0.0, 0.04, webhook(BODY), answer(b"OK")),
        exchange(
            0.5, 0.12, call("POST", "https://api.line.me/v2/bot/message/reply", reply), packed
        ),
        exchange(
            1.0,
            0.2,
            call("GET", "https://api-data.line.me/v2/bot/message/480000000000000002/content"),
            picture,
        ),
        exchange(2.0, 0.1, page, answer(b"<html>")),
        unanswered,
        stream,
    ]


if __name__ == "__main__":
    folder = Path(__file__).parent
    made = flows()
    for number, each in enumerate(made):
        each.id = f"00000000-0000-4000-8000-{number:012d}"
    with (folder / "flows.mitm").open("wb") as file:
        writer = FlowWriter(file)
        for each in made:
            writer.add(each)
    har = SaveHar().make_har(made)
    (folder / "flows.har").write_text(json.dumps(har, indent=1), encoding="utf-8")
