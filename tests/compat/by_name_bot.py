"""A bot of ``sdk_bots.py`` as a program of its own, for ``by_name.py``; it knows LINE's hosts only.

``python by_name_bot.py bot`` or ``python by_name_bot.py async_bot``.
"""

import os
import socket
import sys

import sdk_bots
import uvicorn


def main(name: str) -> None:
    """Serve the bot of that name on the port of the environment."""
    secret, token = os.environ["LINE_CHANNEL_SECRET"], os.environ["LINE_CHANNEL_ACCESS_TOKEN"]
    app = getattr(sdk_bots, name)(secret, token)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", int(os.environ["PORT"])))
        listening.listen()
        print("listening", flush=True)  # noqa: T201 - what the stage waits for
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
