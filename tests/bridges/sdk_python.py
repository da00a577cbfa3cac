"""An echo bot on the official Python SDK, as its samples show: ``python tests/bridges sdk_python``.

What one may expect of its report, from its source: a webhook without a signature is an exception,
so a 500 (2). It works before it confirms (16), knows no webhookEventId (21 to 25, 29), and where
one event fails the whole webhook does (20). It answers in groups (50), by reply only, once,
whatever LINE says (69, 76), and as the text came: nothing is split (80, 81 by the seed's profile)
and white space is no exception (83). Of what is no text it says nothing (32, 45, 46). The SDK turns
an event with a value that it does not know into an unknown event, which nobody handles (33).
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

import uvicorn
from linebot.v3 import WebhookHandler
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    MessagingApi,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import MessageEvent, TextMessageContent
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request


def app(secret: str, token: str, host: str) -> Starlette:
    """The bot."""
    handler = WebhookHandler(secret)
    configuration = Configuration(access_token=token, host=host)

    @handler.add(MessageEvent, message=TextMessageContent)
    def on_text(event: MessageEvent) -> None:
        with ApiClient(configuration) as client:
            MessagingApi(client).reply_message(
                ReplyMessageRequest(
                    reply_token=event.reply_token,
                    messages=[TextMessage(text=event.message.text)],
                )
            )

    async def callback(request: Request) -> Response:
        signature = request.headers["X-Line-Signature"]
        body = (await request.body()).decode()
        try:
            await run_in_threadpool(handler.handle, body, signature)
        except InvalidSignatureError:
            return PlainTextResponse("Invalid signature", 400)
        return PlainTextResponse("OK")

    return Starlette(routes=[Route("/callback", callback, methods=["POST"])])


def main(words: list[str]) -> None:
    """Serve by the start contract."""
    told = os.environ
    parser = argparse.ArgumentParser(description="An echo bot on LINE's Python SDK.")
    parser.add_argument("--listen", default=f"127.0.0.1:{told.get('PORT', '8000')}")
    parser.add_argument("--secret", default=told.get("LINE_CHANNEL_SECRET", ""))
    parser.add_argument("--token", default=told.get("LINE_CHANNEL_ACCESS_TOKEN", ""))
    given, _ = parser.parse_known_args(words)
    host, _, port = given.listen.rpartition(":")
    api = told.get("LINE_API_BASE_URL", "https://api.line.me")
    bot = app(given.secret, given.token, api)
    uvicorn.run(bot, host=host, port=int(port), log_level="warning", access_log=False)
