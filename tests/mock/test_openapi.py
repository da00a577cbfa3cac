"""The mock's OpenAPI description is whole: nothing points nowhere, and nothing is left out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from line_sim.mock.openapi import components, description
from line_sim.mock.platform.operations import every_operation
from line_sim.mock.platform.schemas.parameters import PARAMETERS
from line_sim.wire.requests import schemas

OPERATIONS = {operation.name: operation for operation in every_operation()}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return description()


def operation(described: dict[str, Any], name: str) -> dict[str, Any]:
    found = OPERATIONS[name]
    return dict(described["paths"][found.path][found.method.lower()])


def parts(part: object) -> Iterator[dict[str, Any]]:
    """Every object within a document."""
    if isinstance(part, dict):
        yield part
        for each in part.values():
            yield from parts(each)
    elif isinstance(part, list):
        for each in part:
            yield from parts(each)


def test_every_operation_is_described_once_by_lines_name(described: dict[str, Any]) -> None:
    names = [each["operationId"] for each in parts(described["paths"]) if "operationId" in each]

    assert sorted(OPERATIONS) == sorted(names)


def test_every_reference_leads_to_a_schema(described: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    used = {each["$ref"] for each in parts(described) if isinstance(each.get("$ref"), str)}

    assert used - known == set()


def test_every_kind_leads_to_one_of_its_records(described: dict[str, Any]) -> None:
    choices = [each for each in parts(described) if "mapping" in each.get("discriminator", {})]

    assert choices
    for each in choices:
        records = [record["$ref"] for record in each.get("oneOf", each.get("anyOf", []))]
        assert set(each["discriminator"]["mapping"].values()) == set(records)


@pytest.mark.parametrize("name", sorted(components()))
def test_every_schema_is_a_schema_and_closed_to_nothing(name: str) -> None:
    schema = components()[name]
    jsonschema_rs.meta.validate(
        {**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}
    )

    assert all(each.get("additionalProperties") is not False for each in parts(schema))


def test_the_schemas_of_messages_stay_as_they_are() -> None:
    before = schemas()["PushMessageRequest"]
    components()

    assert before["additionalProperties"] is False


def test_each_field_of_a_path_is_a_parameter(described: dict[str, Any]) -> None:
    for path, item in described["paths"].items():
        for each in item.values():
            told = {one["name"] for one in each.get("parameters", []) if one["in"] == "path"}
            assert set(re.findall(r"\{(\w+)\}", path)) == told


def test_no_parameter_is_described_of_an_operation_that_is_not_there() -> None:
    assert set(PARAMETERS) - set(OPERATIONS) == set()


def test_a_bearer_token_is_asked_for_where_the_table_says_so(described: dict[str, Any]) -> None:
    for name, found in OPERATIONS.items():
        expected = [{"bearer": []}] if found.auth == "bearer" else []
        assert (expected, found.auth == "bearer") == (
            operation(described, name)["security"],
            "401" in operation(described, name)["responses"],
        )


def test_retry_keys_are_described_where_they_are_allowed(described: dict[str, Any]) -> None:
    told = {
        name
        for name in OPERATIONS
        for each in operation(described, name).get("parameters", [])
        if each["name"] == "X-Line-Retry-Key"
    }

    assert told == {"pushMessage", "multicast", "narrowcast", "broadcast"}


def test_bodies_are_json_forms_and_files_as_line_takes_them(described: dict[str, Any]) -> None:
    found = {
        name: set(operation(described, name)["requestBody"]["content"])
        for name in (
            "pushMessage", "issueChannelToken", "setRichMenuImage", "addUserIdsToAudience",
        )
    }  # fmt: skip

    assert found == {
        "pushMessage": {"application/json"},
        "issueChannelToken": {"application/x-www-form-urlencoded"},
        "setRichMenuImage": {"image/jpeg", "image/png"},
        "addUserIdsToAudience": {"multipart/form-data"},
    }


def test_only_what_is_not_simulated_answers_501() -> None:
    one = replace(OPERATIONS["getModules"], supported=False)
    found = description([one, OPERATIONS["getBotInfo"]])["paths"]

    assert (True, False) == (
        "501" in found["/v2/bot/list"]["get"]["responses"],
        "501" in found["/v2/bot/info"]["get"]["responses"],
    )
