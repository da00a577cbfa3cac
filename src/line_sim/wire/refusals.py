"""Every reason LINE refuses a call for: status, LINE's words, where that is written.

LINE says its texts may change at any time, so nothing may depend on them; they are here so that a
bot under test sees what it would see. ``basis`` says how sure the rule itself is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Basis = Literal["documented", "seen", "chosen"]
"""Documented by LINE; seen in public logs and issues; or not said anywhere and chosen here."""


class Rule(NamedTuple):
    """One rule a caller can break."""

    id: str
    """Stable, for programs: ``reply-token``."""
    status: int
    message: str
    """LINE's words; ``{}`` fields are filled by :class:`RefusedError`."""
    source: str
    """Page and section of LINE's documentation."""
    basis: Basis = "documented"


class Detail(NamedTuple):
    """One entry of LINE's ``details``: what is wrong, and at which path."""

    message: str
    property: str = ""

    def to_wire(self) -> dict[str, str]:
        """As LINE writes it; no empty property."""
        if self.property:
            return {"message": self.message, "property": self.property}
        return {"message": self.message}


class RefusedError(Exception):
    """A call that LINE refuses; the platform turns it into LINE's answer.

    Parameters
    ----------
    rule
        The rule broken.
    details
        LINE's ``details``, left out of the answer when empty.
    why
        For the tester, beside LINE's answer in the ledger: what exactly was wrong.
    extra
        More members of the answer's body, as ``sentMessages`` of a 409.
    words
        Fields of the rule's message.
    """

    def __init__(
        self,
        rule: Rule,
        details: Iterable[Detail] = (),
        *,
        why: str = "",
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        **words: object,
    ) -> None:
        self.rule = rule
        self.details = tuple(details)
        self.why = why
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.words = words
        super().__init__(rule.id, why)

    @property
    def message(self) -> str:
        """LINE's words for it."""
        return self.rule.message.format(**self.words) if self.words else self.rule.message


_REF = "Messaging API reference"

# bodies
BODY_ERRORS = Rule(
    "messages", 400, "The request body has {count} error(s)", f"{_REF}, error details"
)
PROPERTY = Rule(
    "property",
    400,
    "The property, {name}, in the request body is invalid (line: {line}, column: {column})",
    f"{_REF}, error messages",
)
NOT_JSON = Rule(
    "json",
    400,
    "The request body could not be parsed as JSON (line: {line}, column: {column})",
    f"{_REF}, error messages",
)
CONTENT_TYPE = Rule(
    "content-type",
    415,
    "The content type, {given}, is not supported",
    f"{_REF}, status codes; the status for JSON calls is not stated",
    "chosen",
)
UPLOAD_TYPE = Rule(
    "upload-type", 415, "The content type, {given}, is not supported", f"{_REF}, status codes"
)
TOO_LARGE = Rule(
    "body-size", 413, "The request body exceeds the limit of 2 MB", f"{_REF}, status codes"
)
PARAMETER = Rule(
    "parameter", 400, "The value for the '{name}' parameter is invalid", f"{_REF}, error messages"
)

# who calls, and how often
TOKEN = Rule(
    "access-token",
    401,
    "Authentication failed due to the following reason: invalid token. "
    "Confirm that the access token in the authorization header is valid.",
    f"{_REF}, status codes",
)
PERMISSION = Rule(
    "permission",
    403,
    "Access to this API is not available for your account",
    f"{_REF}, status codes",
)
RATE = Rule(
    "rate-limit",
    429,
    "The API rate limit has been exceeded. Try again later.",
    f"{_REF}, rate limits",
)
FLOOD = Rule(
    "flood",
    429,
    "Too many messages have been sent to the same user.",
    f"{_REF}, status codes; how many is not stated",
    "chosen",
)
QUOTA = Rule(
    "monthly-limit", 429, "You have reached your monthly limit.", f"{_REF}, error messages"
)
NO_SUCH_PATH = Rule("path", 404, "Not found", "no operation of LINE's API has this method and path")
UNSUPPORTED = Rule(
    "unsupported", 501, "{operation} is not simulated", "line_sim, docs/mock.md", "chosen"
)

# sending
REPLY_TOKEN = Rule("reply-token", 400, "Invalid reply token", f"{_REF}, send reply message")
FAILED_TO_SEND = Rule("recipient", 400, "Failed to send messages", f"{_REF}, send push message")
RETRY_KEY_PLACE = Rule(
    "retry-key-place",
    400,
    "The retry key is not supported on this endpoint",
    "Retrying an API request: only push, multicast, narrowcast and broadcast",
)
RETRY_KEY = Rule(
    "retry-key",
    400,
    "The retry key is invalid",
    "Retrying an API request: a hexadecimal UUID",
    "chosen",
)
RETRIED = Rule(
    "retried", 409, "The retry key is already accepted", "Retrying an API request, 409 Conflict"
)
STANDBY = Rule(
    "standby",
    400,
    "Failed to send messages",
    "Module channel pages: standby must not send",
    "chosen",
)

# people, chats and content
NOT_FOUND = Rule("not-found", 404, "Not found", f"{_REF}, get profile")
CONTENT_NOT_FOUND = Rule("content", 404, "not found", f"{_REF}, get content")
CONTENT_GONE = Rule("content-gone", 410, "The content is gone", f"{_REF}, get content")
NO_PREVIEW = Rule("preview", 400, "The content can not be previewed", f"{_REF}, get preview")
NO_TRANSCODING = Rule(
    "transcoding",
    400,
    "Transcoding status doesn't support this type of content",
    f"{_REF}, verify preparation status",
)
LOADING_CHAT = Rule(
    "loading-chat",
    400,
    "Only user id is acceptable, group id or room id are not",
    f"{_REF}, display a loading indicator",
)
MARK_AS_READ = Rule(
    "mark-as-read",
    400,
    "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook.",
    f"{_REF}, mark as read",
)
START_PARAMETER = Rule("start", 400, "Invalid start param", f"{_REF}, followers")
CHAT_CONTROL = Rule(
    "chat-control", 423, "Chat control is held by another channel", "Module channel pages, acquire"
)

# webhook endpoint
ENDPOINT_URL = Rule(
    "endpoint-url", 400, "Invalid webhook endpoint URL", f"{_REF}, set webhook endpoint URL"
)
NO_ENDPOINT = Rule("endpoint", 404, "Webhook endpoint not found", f"{_REF}, get webhook endpoint")

# rich menus
NO_RICH_MENU = Rule("richmenu", 404, "richmenu not found", f"{_REF}, rich menu")
NO_DEFAULT_RICH_MENU = Rule("richmenu-default", 404, "no default richmenu", f"{_REF}, rich menu")
NO_USER_RICH_MENU = Rule("richmenu-user", 404, "the user has no richmenu", f"{_REF}, rich menu")
NO_RICH_MENU_ALIAS = Rule(
    "richmenu-alias", 404, "richmenu alias not found", f"{_REF}, rich menu alias"
)
RICH_MENU_ALIAS_TAKEN = Rule(
    "richmenu-alias-taken", 400, "conflict richmenu alias id", f"{_REF}, rich menu alias"
)
RICH_MENU_WITHOUT_IMAGE = Rule(
    "richmenu-image-missing",
    400,
    "must upload richmenu image before applying it to user",
    f"{_REF}, rich menu",
)
RICH_MENU_IMAGE_TAKEN = Rule(
    "richmenu-image-taken",
    400,
    "An image has already been uploaded to the richmenu",
    f"{_REF}, upload rich menu image",
)
RICH_MENU_IMAGE_SIZE = Rule(
    "richmenu-image-size",
    400,
    "The image size is not allowed for richmenu",
    f"{_REF}, upload rich menu image",
)
RICH_MENUS_FULL = Rule(
    "richmenu-count",
    400,
    "The number of rich menus has reached the limit of 1,000",
    f"{_REF}, create rich menu: at most 1,000; the words are not stated",
    "chosen",
)

# tokens: OAuth endpoints answer {"error", "error_description"}
CLIENT = Rule("oauth-client", 400, "invalid_client: invalid client_secret", f"{_REF}, issue token")
GRANT = Rule(
    "oauth-grant", 400, "unsupported_grant_type: unsupported grant type", f"{_REF}, issue token"
)
OAUTH_REQUEST = Rule("oauth-request", 400, "invalid_request: {what}", f"{_REF}, issue token")
OAUTH_TOKEN = Rule(
    "oauth-token", 400, "invalid_request: access_token invalid", f"{_REF}, verify token"
)
OAUTH_EXPIRED = Rule(
    "oauth-expired", 400, "invalid_request: The access token expired", f"{_REF}, verify token"
)
TOKENS_FULL = Rule(
    "oauth-count",
    400,
    "invalid_request: The maximum number of access tokens has already been issued",
    f"{_REF}, issue token v2.1: 30 a channel",
)
ASSERTION_KEY = Rule(
    "oauth-key",
    400,
    "invalid_client: Cannot find channel key that satisfies the conditions",
    f"{_REF}, issue token v2.1",
)

# Tier 3
COUPON_CLOSED = Rule("coupon-closed", 410, "The coupon is already closed", f"{_REF}, close coupon")
PHONE = Rule("pnp", 422, "Failed to send messages", f"{_REF}, LINE notification messages")

RULES: dict[str, Rule] = {
    rule.id: rule for rule in list(globals().values()) if isinstance(rule, Rule)
}
"""Every rule by its id."""
