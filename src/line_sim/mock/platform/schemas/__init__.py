"""The bodies of LINE's API as JSON Schema, by LINE's names: one table to check and to describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.schemas import (
    audience_schemas,
    chat_schemas,
    coupon_schemas,
    insight_schemas,
    partner_schemas,
    rich_menu_schemas,
    token_schemas,
)

if TYPE_CHECKING:
    from line_sim.mock.platform.schemas.kinds import Schema

SCHEMAS: dict[str, Schema] = {
    **token_schemas.SCHEMAS,
    **chat_schemas.SCHEMAS,
    **rich_menu_schemas.SCHEMAS,
    **insight_schemas.SCHEMAS,
    **audience_schemas.SCHEMAS,
    **coupon_schemas.SCHEMAS,
    **partner_schemas.SCHEMAS,
}
"""Every schema but those of messages, which :mod:`line_sim.wire.requests` has."""
