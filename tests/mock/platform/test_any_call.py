"""Whatever a bot sends, LINE answers: good calls made wrong anywhere are refused, never a crash."""

import io
from copy import copy
from functools import cache
from typing import Any

import orjson
from calling import EPOCH_MS, Bot
from every_call import every_call
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from signing import KEY_ID, public_key

from line_sim.mock.openapi import description
from line_sim.mock.platform.calls import Answer, Call
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Channel, LimitSettings, Settings
from line_sim.net.clock import Instant

TOLD = Settings(
    limits=LimitSettings(scale=1e6),
    channels=(
        Channel(name="shop", groups=True, assertion_keys={KEY_ID: public_key()}),
        Channel(name="module", module=True),
    ),
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9)
    | st.sampled_from(["U" + "0" * 32, "https://example.com", "text", "20260101"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


class Listening(Platform):
    """A platform that remembers what it was asked."""

    heard: list[tuple[Call, Instant]]

    def answer(self, call: Call, now: Instant) -> Answer:
        """The answer, and the call kept."""
        self.heard.append((call, now))
        return super().answer(call, now)


@cache
def good_calls() -> tuple[Platform, list[tuple[Call, Instant]]]:
    """A platform with something of everything, and a good call of every operation."""
    platform = Listening(TOLD, EPOCH_MS)
    platform.heard = []
    shop, module = Bot(platform), Bot(platform, "module")
    module.token = module.channel.tokens.issue_short_lived(0).text
    written = io.BytesIO()
    Image.new("RGB", (800, 540)).save(written, "PNG")
    assert len(list(every_call(shop, module, written.getvalue()))) > 100
    # those that end a token or leave a chat would leave nothing to ask the others
    return platform, [each for each in platform.heard if "revoke" not in each[0].path]


@cache
def statuses() -> dict[str, set[str]]:
    """What every operation is said to answer."""
    return {
        each["operationId"]: set(each["responses"])
        for item in description()["paths"].values()
        for each in item.values()
    }


def places(part: object, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [here]
    if isinstance(part, dict):
        found += [place for key, each in part.items() for place in places(each, (*here, key))]
    elif isinstance(part, list):
        found += [place for key, each in enumerate(part) for place in places(each, (*here, key))]
    return found


def replaced(part: Any, place: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401 - JSON
    """A JSON value with another one at a place."""
    if not place:
        return value
    changed = copy(part)
    changed[place[0]] = replaced(part[place[0]], place[1:], value)
    return changed


def mutated(call: Call, data: st.DataObject) -> bytes:
    """The body of a call, wrong at one place."""
    try:
        said = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        start = data.draw(st.integers(0, len(call.body)))
        junk = data.draw(st.binary(max_size=9) | st.text(max_size=9).map(str.encode))
        return call.body[:start] + junk + call.body[start + len(junk) :]
    wrong = replaced(said, data.draw(st.sampled_from(places(said))), data.draw(ANYTHING))
    return orjson.dumps(wrong, option=orjson.OPT_PASSTHROUGH_DATETIME)


@settings(max_examples=250)
@given(data=st.data())
def test_a_good_call_made_wrong_anywhere_is_answered(data: st.DataObject) -> None:
    platform, calls = good_calls()
    call, now = data.draw(st.sampled_from(calls))
    made = copy(call)
    if data.draw(st.booleans()):
        made.body = mutated(call, data)
    if call.query and data.draw(st.booleans()):
        name, _, _ = call.query.partition("=")
        made.query = f"{name}={data.draw(st.text(max_size=9))}"
    if data.draw(st.booleans()):
        parts = call.path.split("/")
        parts[data.draw(st.integers(1, len(parts) - 1))] = data.draw(
            st.text(min_size=1, max_size=9)
        )
        made.path = "/".join(parts)
    answer = platform.answer(made, now)

    assert answer.status < 500
    operation, _ = platform.directory.find(made.method, made.path)
    assert operation is None or str(answer.status) in statuses()[operation.name]
    if answer.content is not None and not isinstance(answer.content, bytes):
        orjson.dumps(answer.content)
