"""Bots on the official Python SDK, written as its documentation says.

Each is an ASGI application that takes webhooks at ``/callback``: it echoes texts, answers the text
``push`` by a push, and says how large a picture is. `where` is given to the SDK's `Configuration`:
``host=line.url`` leads a bot to a mock, nothing leaves it with LINE's own hosts.
"""

from linebot.v3 import WebhookHandler, WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    AsyncApiClient,
    AsyncMessagingApi,
    AsyncMessagingApiBlob,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
    PushMessageRequest,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import ImageMessageContent, MessageEvent, TextMessageContent
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def bot(secret: str, access_token: str, **where: str) -> Starlette:
    """A bot with a WebhookHandler: a function for each kind of message."""
    handler = WebhookHandler(secret)
    configuration = Configuration(access_token=access_token, **where)

    @handler.add(MessageEvent, message=TextMessageContent)
    def on_text(event: MessageEvent) -> None:
        with ApiClient(configuration) as client:
            api, said = MessagingApi(client), event.message.text
            if said == "push":
                pushed = TextMessage(text="pushed")
                api.push_message(PushMessageRequest(to=event.source.user_id, messages=[pushed]))
                return
            answer = TextMessage(text=f"echo: {said}", quote_token=event.message.quote_token)
            api.reply_message(ReplyMessageRequest(reply_token=event.reply_token, messages=[answer]))

    @handler.add(MessageEvent, message=ImageMessageContent)
    def on_image(event: MessageEvent) -> None:
        with ApiClient(configuration) as client:
            got = MessagingApiBlob(client).get_message_content_with_http_info(event.message.id)
            answer = TextMessage(text=f"{len(got.data)} bytes of {got.headers['Content-Type']}")
            request = ReplyMessageRequest(reply_token=event.reply_token, messages=[answer])
            MessagingApi(client).reply_message(request)

    async def callback(request: Request) -> Response:
        body = (await request.body()).decode()
        try:
            await run_in_threadpool(handler.handle, body, request.headers["x-line-signature"])
        except InvalidSignatureError:
            return PlainTextResponse("Invalid signature", 400)
        return PlainTextResponse("OK")

    return Starlette(routes=[Route("/callback", callback, methods=["POST"])])


def async_bot(secret: str, access_token: str, **where: str) -> Starlette:
    """A bot with a WebhookParser and the asynchronous client."""
    parser = WebhookParser(secret)
    configuration = Configuration(access_token=access_token, **where)

    async def answer(event: MessageEvent, client: AsyncApiClient) -> None:
        api, message = AsyncMessagingApi(client), event.message
        if isinstance(message, ImageMessageContent):
            blob = AsyncMessagingApiBlob(client)
            got = await blob.get_message_content_with_http_info(message.id)
            text = f"{len(got.data)} bytes of {got.headers['Content-Type']}"
        elif message.text == "push":
            pushed = TextMessage(text="pushed")
            await api.push_message(PushMessageRequest(to=event.source.user_id, messages=[pushed]))
            return
        else:
            text = f"echo: {message.text}"
        request = ReplyMessageRequest(
            reply_token=event.reply_token, messages=[TextMessage(text=text)]
        )
        await api.reply_message(request)

    async def callback(request: Request) -> Response:
        body = (await request.body()).decode()
        try:
            events = parser.parse(body, request.headers["x-line-signature"])
        except InvalidSignatureError:
            return PlainTextResponse("Invalid signature", 400)
        async with AsyncApiClient(configuration) as client:
            for event in events:
                if isinstance(event, MessageEvent):
                    await answer(event, client)
        return PlainTextResponse("OK")

    return Starlette(routes=[Route("/callback", callback, methods=["POST"])])
