"""The daily part of the staff's API: what members do from morning to evening."""

from line_sim.bridge.api.daily import (
    caring,
    chats,
    enquiries,
    messages,
    reporting,
    searching,
)

ROUTERS = (
    enquiries.router, chats.router, messages.router, searching.router, reporting.router,
    caring.router,
)  # fmt: skip
