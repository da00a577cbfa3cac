"""Names and words for visitors and staff: made when somebody looks, never during a run.

Each is a function of the seed and of who it is, so the same visitor has the same name in every
table, whoever was asked about before.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["LOCALES", "PeopleNames"]

LOCALES = {"ja": "ja_JP", "th": "th_TH", "zh-TW": "zh_TW", "en": "en_US", "id": "id_ID"}
"""Languages of LINE's markets and where their names come from; any other language reads English."""

_TEXTS = {
    "ja": (
        "注文 {order} はいつ届きますか。", "{day}の営業時間を教えてください。",
        "{order} を返品したいです。", "予約を{day}の{time}に変更できますか。",
        "{place}の店舗に在庫はありますか。", "ありがとうございます。",
    ),
    "th": (
        "สินค้า {order} จะมาถึงเมื่อไหร่คะ", "{day}เปิดกี่โมงครับ", "ขอคืนสินค้า {order} ได้ไหมคะ",
        "ขอเลื่อนนัดเป็น{day} {time} ได้ไหมครับ", "สาขา{place}มีของไหมคะ", "ขอบคุณค่ะ",
    ),
    "zh-TW": (
        "請問訂單 {order} 什麼時候會到?", "請問{day}的營業時間?", "我想要退貨 {order}。",
        "預約可以改到{day} {time} 嗎?", "{place}門市還有現貨嗎?", "謝謝您。",
    ),
    "en": (
        "When will order {order} arrive?", "What are your hours on {day}?",
        "I would like to return {order}.", "Can I move my appointment to {day} {time}?",
        "Is it in stock in {place}?", "Thank you.",
    ),
    "id": (
        "Kapan pesanan {order} tiba?", "Hari {day} buka jam berapa?",
        "Saya ingin mengembalikan {order}.", "Bisa pindah jadwal ke {day} {time}?",
        "Apakah stok di {place} masih ada?", "Terima kasih.",
    ),
}  # fmt: skip
"""What people write about; Faker's own sentences are random words."""

_DAYS = {
    "ja": ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
    "th": ("วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์", "วันอาทิตย์"),
    "zh-TW": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
}
"""Days by name: Faker's choice of one depends on today's date, and so would every text."""


@cache
def _faker(locale: str) -> Faker:
    from faker import Faker  # noqa: PLC0415 - half a second that most runs never need

    return Faker(locale, use_weighting=False)


class PeopleNames:
    """Names and texts of one world.

    Parameters
    ----------
    seed
        The world's.
    language
        Of people of whom no other is known: a key of ``LOCALES``, or any other for English.
    """

    def __init__(self, seed: int, language: str = "en") -> None:
        self.seed = seed
        self.language = language

    def visitor(self, number: int, language: str | None = None) -> str:
        """The name of visitor `number`; two visitors may share one, as people do."""
        return self._name("visitor", number, self._known(language))

    def staff(self, number: int, language: str | None = None) -> str:
        """A name for member `number` of the staff."""
        return self._name("staff", number, self._known(language))

    def text(self, visit: int, message: int, language: str | None = None) -> str:
        """What message `message` (1, 2, ...) of visit `visit` says: a short everyday sentence."""
        known = self._known(language)
        faker, luck = _faker(LOCALES[known]), self._luck("text", visit, message)
        faker.seed_instance(luck)
        return _TEXTS[known][luck % len(_TEXTS[known])].format(
            order=faker.bothify("??-####").upper(),
            day=_DAYS[known][luck % 7],
            time=f"{luck // 7 % 24:02d}:{luck // 168 % 12 * 5:02d}",
            place=faker.city(),
        )

    def _known(self, language: str | None) -> str:
        chosen = self.language if language is None else language
        return chosen if chosen in LOCALES else "en"

    def _luck(self, *key: str | int) -> int:
        name = "\x1f".join(map(str, (self.seed, *key))).encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")

    def _name(self, role: str, number: int, language: str) -> str:
        faker = _faker(LOCALES[language])
        faker.seed_instance(self._luck(role, number, language))
        if language == "en":
            # without the titles and degrees that Faker's English names carry
            return f"{faker.first_name()} {faker.last_name()}"
        return str(faker.name())
