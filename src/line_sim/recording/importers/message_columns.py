"""Which column of a table of messages is which, and the words for who wrote."""

from __future__ import annotations

_KNOWN = {
    "time": ("time", "timestamp", "datetime", "sentat", "createdat", "at", "ts", "when", "date",
             "datesent", "日時", "送信日時", "送信日"),
    "clock": ("timesent", "senttime", "timeofday", "clock", "送信時刻"),
    "text": ("text", "message", "content", "body", "messagetext", "内容", "メッセージ", "本文"),
    "customer": ("customer", "customerid", "customername", "user", "userid", "username", "chat",
                 "chatid", "visitor", "contact", "lineuserid", "friend", "顧客", "ユーザー"),
    "direction": ("direction", "from", "sender", "sendertype", "fromtype", "role", "author",
                  "who", "送信者", "送信者タイプ"),
    "name": ("sendername", "fromname", "displayname", "name", "送信者名"),
    "type": ("type", "messagetype", "kind", "メッセージタイプ"),
    "channel": ("channel", "channelname", "account", "accountname", "inbox", "アカウント"),
    "staff": ("staff", "agent", "operator", "staffname", "agentname", "repliedby", "担当者"),
    "id": ("id", "messageid", "msgid"),
}  # fmt: skip
NAMES = {each: name for name, words in _KNOWN.items() for each in words}
"""What columns may be called, and what each is (names chosen)."""

CUSTOMER = frozenset({
    "customer", "user", "visitor", "contact", "client", "guest", "friend", "in", "inbound",
    "incoming", "received", "receive", "enduser", "ユーザー", "友だち", "受信",
})  # fmt: skip
STAFF = frozenset({
    "staff", "agent", "operator", "bot", "account", "system", "admin", "out", "outbound",
    "outgoing", "sent", "send", "assistant", "shop", "business", "owner", "アカウント", "送信",
})  # fmt: skip
"""Words of a direction, without blanks and signs, in lower case (chosen)."""

ZONE = frozenset({"timezone", "zone", "utcoffset", "タイムゾーン"})
"""What the row above the table is called that names its zone."""

TYPES = {
    "": "text", "text": "text", "image": "image", "photo": "image", "picture": "image",
    "video": "video", "audio": "audio", "voice": "audio", "sticker": "sticker",
    "stamp": "sticker", "file": "file", "location": "location",
}  # fmt: skip
"""Words for what a message is, and LINE's."""
