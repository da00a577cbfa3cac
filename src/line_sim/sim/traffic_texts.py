"""What staff and a channel say in generated traffic, in the languages of LINE's markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTOMATIC: Mapping[str, Mapping[str, str]] = {
    "en": {
        "welcome": "Welcome! How can we help you?",
        "away": "Thank you for your message. Nobody is free just now; we will come back to you.",
        "close": "Thank you for talking to us. We have closed this conversation.",
    },
    "ja": {
        "welcome": "お問い合わせありがとうございます。ご用件をお聞かせください。",
        "away": "ただいま対応できる者がおりません。折り返しご連絡いたします。",
        "close": "お問い合わせありがとうございました。これで終了いたします。",
    },
    "th": {
        "welcome": "สวัสดีค่ะ มีอะไรให้ช่วยไหมคะ",
        "away": "ขอบคุณสำหรับข้อความค่ะ ตอนนี้ยังไม่มีเจ้าหน้าที่ว่าง เราจะติดต่อกลับนะคะ",
        "close": "ขอบคุณที่ติดต่อเราค่ะ ขอปิดการสนทนานะคะ",
    },
    "zh-TW": {
        "welcome": "您好,請問有什麼可以為您服務?",
        "away": "感謝您的來訊,目前客服人員忙線中,我們會盡快與您聯絡。",
        "close": "感謝您的來訊,本次對話已結束。",
    },
    "id": {
        "welcome": "Selamat datang! Ada yang bisa kami bantu?",
        "away": "Terima kasih atas pesan Anda. Petugas kami sedang sibuk; kami akan menghubungi.",
        "close": "Terima kasih telah menghubungi kami. Percakapan ini kami tutup.",
    },
}
"""The automatic messages of a channel by language; ours."""

_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "en": ("Let me look that up for you.", "It is on its way.", "May I have the order number?",
           "Yes, we have it in stock."),
    "ja": ("お調べいたします。", "ただいま発送中です。", "注文番号を教えていただけますか。",
           "はい、在庫がございます。"),
    "th": ("ขอเช็กให้สักครู่นะคะ", "ของกำลังจัดส่งค่ะ", "ขอเลขที่คำสั่งซื้อด้วยค่ะ", "มีของค่ะ"),
    "zh-TW": ("為您查詢中,請稍候。", "商品已經出貨。", "請提供訂單編號。", "有現貨。"),
    "id": ("Saya cek dulu ya.", "Pesanan sedang dikirim.", "Boleh minta nomor pesanannya?",
           "Stoknya ada."),
}  # fmt: skip


def answers(language: str) -> tuple[str, ...]:
    """What a member of staff may say."""
    return _ANSWERS.get(language, _ANSWERS["en"])
