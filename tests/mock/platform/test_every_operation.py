"""Every operation of the table succeeds at least once, and answers what is described of it."""

import io
from typing import Any

import jsonschema_rs
import orjson
import pytest
from calling import EPOCH_MS, Bot
from every_call import every_call
from PIL import Image
from signing import KEY_ID, public_key

from line_sim.mock.openapi import description
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Operation, every_operation
from line_sim.mock.platform.platform import Platform
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.mock.settings import Channel, Settings

OPERATIONS = {operation.name: operation for operation in every_operation()}


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    told = Settings(
        channels=(
            Channel(name="shop", groups=True, quota=500, assertion_keys={KEY_ID: public_key()}),
            Channel(name="module", module=True),
        )
    )
    platform = Platform(told, EPOCH_MS)
    shop, module = Bot(platform), Bot(platform, "module")
    module.token = module.channel.tokens.issue_short_lived(0).text
    written = io.BytesIO()
    Image.new("RGB", (800, 540)).save(written, "PNG")
    return dict(every_call(shop, module, written.getvalue()))


def closed(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """A schema that allows nothing it does not name, so that a slip of the pen is found."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    inner = {name: closed(each) for name, each in part.items()}
    if part.get("type") == "object" and part.get("properties"):
        inner["additionalProperties"] = False
    return inner


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return closed(description())


def success(described: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """What is described of an operation's success."""
    item = described["paths"][operation.path][operation.method.lower()]
    return dict(item["responses"][str(operation.status)])


def valid(described: dict[str, Any], name: str, content: object) -> bool:
    """Whether `content` is what the operation says it answers."""
    found = success(described, OPERATIONS[name]).get("content", {})
    if "application/json" not in found:
        return content is None or isinstance(content, bytes)
    schema = {**found["application/json"]["schema"], "components": described["components"]}
    told = orjson.loads(orjson.dumps(content))
    return bool(jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(told))


def test_every_operation_is_called(answers: dict[str, Answer]) -> None:
    assert set(OPERATIONS) == set(answers)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_each_good_call_succeeds_as_described(
    answers: dict[str, Answer], described: dict[str, Any], name: str
) -> None:
    answer = answers[name]

    assert OPERATIONS[name].status == answer.status, (answer.content, answer.why)
    assert valid(described, name, answer.content), answer.content


@pytest.mark.parametrize("name", sorted(name for name in OPERATIONS if OPERATIONS[name].tier == 3))
def test_each_answer_of_tier_3_tells_that_it_is_simpler(
    answers: dict[str, Answer], name: str
) -> None:
    assert SIMPLER in answers[name].findings


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("getMessageQuota", {"type": "limited", "value": -1}),
        ("getMessageQuota", {"type": "some"}),
        ("getBotInfo", {}),
        ("getModules", {"bots": [{"userId": "U"}]}),
        ("issueLinkToken", {"linkToken": "x", "more": 1}),
        ("getRichMenuImage", {}),
        ("revokeChannelToken", {}),
    ],
)
def test_a_wrong_answer_would_be_found(
    described: dict[str, Any], name: str, wrong: dict[str, object]
) -> None:
    assert not valid(described, name, wrong)
