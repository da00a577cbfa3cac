"""The texts that automatic messages have until somebody writes their own.

Plain wishes that suit any trade; they promise no time, for nobody here knows one.
"""

# ruff: noqa: RUF001 - a Chinese comma is one

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["en", "ja", "th", "zh-TW"]
Occasion = Literal["welcome", "away", "close"]

STAFF = "{staff}"
"""Stands in an automatic text for the name of whoever had the enquiry; empty where nobody had."""

DEFAULTS: Mapping[Language, Mapping[Occasion, str]] = MappingProxyType(
    {
        "en": {
            "welcome": (
                "Hello, and thank you for writing to us. Tell us what we can do for you, and one "
                "of us will answer you here."
            ),
            "away": (
                "Nobody is free to answer just now. We have your message and will write back to "
                "you here."
            ),
            "close": (
                "This conversation has ended. If anything else comes up, just write to us again."
            ),
        },
        "ja": {
            "welcome": (
                "メッセージをありがとうございます。ご用件をお書きください。担当者がこちらでお返事いたします。"
            ),
            "away": (
                "ただいま対応できる担当者がおりません。メッセージは確かにお預かりしました。"
                "こちらから改めてお返事いたします。"
            ),
            "close": (
                "こちらでのやり取りは終了しました。ほかにもご用がありましたら、またいつでもお書きください。"
            ),
        },
        "th": {
            "welcome": ("สวัสดีค่ะ ขอบคุณที่ทักมาหาเรา แจ้งเรื่องที่ต้องการได้เลย เจ้าหน้าที่จะตอบคุณในแชทนี้ค่ะ"),
            "away": "ขณะนี้ยังไม่มีเจ้าหน้าที่ว่าง เราได้รับข้อความของคุณแล้วและจะตอบกลับในแชทนี้ค่ะ",
            "close": "การสนทนานี้สิ้นสุดแล้ว หากมีเรื่องอื่นให้ช่วย ทักมาได้ทุกเมื่อค่ะ",
        },
        "zh-TW": {
            "welcome": "您好，謝謝您的來訊。請告訴我們需要什麼協助，我們會有專人在這裡回覆您。",
            "away": "目前沒有同仁可以回覆。我們已收到您的訊息，之後會在這裡回覆您。",
            "close": "這次的對話已經結束。如果還有其他需要，歡迎隨時再傳訊息給我們。",
        },
    }
)
"""By language and occasion."""
