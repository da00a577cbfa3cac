"""A bridge of a few lines, started by command: it confirms, then echoes what it was told.

Its environment is that of the start contract. ``ECHO_SAYS`` is printed at the start, ``ECHO_DIES``
says after how many webhooks it ends at once, ``ECHO_LAZY`` how many seconds it takes to start,
``ECHO_WORDS`` what it puts before the text.
"""

import http.client
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SEEN = []
WORDS = os.environ.get("ECHO_WORDS", "you said")


def say(text: str) -> None:
    """Print a line at once and whole, whichever thread speaks."""
    os.write(1, f"{text}\n".encode())


def answered(event: dict) -> None:
    """Reply to a text with the same."""
    message = event.get("message") or {}
    if message.get("type") != "text":
        return
    told = urlsplit(os.environ["LINE_API_BASE_URL"])
    calling = http.client.HTTPConnection(told.hostname, told.port, timeout=5)
    said = {
        "replyToken": event["replyToken"],
        "messages": [{"type": "text", "text": f"{WORDS} {message['text']}"}],
    }
    headers = {
        "authorization": f"Bearer {os.environ['LINE_CHANNEL_ACCESS_TOKEN']}",
        "content-type": "application/json",
    }
    calling.request("POST", "/v2/bot/message/reply", json.dumps(said), headers)
    calling.getresponse().read()
    calling.close()


class Echo(BaseHTTPRequestHandler):
    """Takes webhooks."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Confirm one, then answer its events."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        SEEN.append(body)
        if len(SEEN) > int(os.environ.get("ECHO_DIES", "1000000")):
            say("I die")
            os._exit(7)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()
        for event in json.loads(body)["events"]:
            threading.Thread(target=answered, args=(event,)).start()

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    say(f"{os.environ.get('ECHO_SAYS', '')} {os.environ['LINE_CHANNEL_SECRET']}")
    time.sleep(float(os.environ.get("ECHO_LAZY", "0")))
    port = int(sys.argv[1] if len(sys.argv) > 1 else os.environ["PORT"])
    ThreadingHTTPServer(("127.0.0.1", port), Echo).serve_forever()
