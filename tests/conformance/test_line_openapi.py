"""The comparison with LINE's files finds each thing that LINE has added, and nothing else."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from line_openapi import drift, main

from line_sim.mock.openapi import description

LINES: dict[str, Any] = {
    "paths": {
        "/callback": {"post": {"operationId": "callback", "responses": {"200": {}}}},
        "/v2/bot/audienceGroup/{audienceGroupId}": {
            "parameters": [{"name": "audienceGroupId", "in": "path", "required": True}],
            "get": {
                "operationId": "getAudienceData",
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["audienceGroup"],
                                    "properties": {
                                        "audienceGroup": {"$ref": "#/components/schemas/Group"}
                                    },
                                }
                            }
                        }
                    }
                },
            },
        },
        "/v2/bot/message/push": {
            "post": {
                "operationId": "pushMessage",
                "parameters": [{"name": "X-Line-Retry-Key", "in": "header"}],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "properties": {
                                    "messages": {"items": {"$ref": "#/components/schemas/Message"}}
                                }
                            }
                        }
                    }
                },
                "responses": {"200": {"content": {}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Group": {"properties": {"audienceGroupId": {}, "description": {}}},
            "Message": {
                "properties": {"type": {"type": "string"}},
                "discriminator": {
                    "propertyName": "type",
                    "mapping": {"text": "#/components/schemas/Text"},
                },
            },
            "Text": {
                "allOf": [
                    {"$ref": "#/components/schemas/Message"},
                    {"properties": {"text": {"type": "string"}}},
                ]
            },
        }
    },
}
PUSH = "/v2/bot/message/push"
ONE = "/v2/bot/audienceGroup/{audienceGroupId}"


def found(*keys: str, **added: object) -> list[str]:
    """The drift after LINE has added something at a place of its file."""
    document = copy.deepcopy(LINES)
    here = document
    for key in keys:
        here = here[key]
    here.update(added)
    return list(drift(document, description()))


def test_what_the_mock_knows_is_no_drift() -> None:
    assert found() == []


def test_a_new_operation_is_found() -> None:
    new = {"post": {"operationId": "sendFax", "responses": {}}}
    document = found("paths", **{"/v2/bot/message/fax": new})

    assert document == ["sendFax: no operation POST /v2/bot/message/fax"]


def test_another_name_of_an_operation_is_found() -> None:
    assert found("paths", PUSH, "post", operationId="push") == ["push: is called pushMessage"]


def test_a_new_parameter_is_found_and_so_is_one_that_became_needed() -> None:
    new = [
        {"name": "colour", "in": "query"},
        {"name": "X-Line-Retry-Key", "in": "header", "required": True},
    ]

    assert found("paths", PUSH, "post", parameters=new) == [
        "pushMessage: no query parameter colour",
        "pushMessage: parameter X-Line-Retry-Key is needed",
    ]


def test_a_new_property_is_found_behind_references() -> None:
    place = ("components", "schemas", "Group")

    assert found(*place, required=["size"], properties={"size": {}}) == [
        "getAudienceData answers.audienceGroup.size: is missing (needed)"
    ]


def test_a_new_kind_of_message_is_found() -> None:
    mapping = ("components", "schemas", "Message", "discriminator", "mapping")

    assert found(*mapping, hologram="#/components/schemas/Text") == [
        "pushMessage asks.messages[]: no kind hologram"
    ]


def test_a_new_property_of_a_kind_is_found() -> None:
    text = {"allOf": [{"properties": {"text": {}, "font": {}}}]}

    assert found("components", "schemas", Text=text) == [
        "pushMessage asks.messages[] (text).font: is missing"
    ]


def test_run_by_hand_it_prints_each_difference_and_exits_by_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "messaging-api.yml").write_text(yaml.safe_dump(LINES))
    assert main(str(tmp_path)) == 0

    other = copy.deepcopy(LINES)
    other["paths"][ONE]["get"]["operationId"] = "getAudience"
    (tmp_path / "messaging-api.yml").write_text(yaml.safe_dump(other))
    assert main(str(tmp_path)) == 1
    assert "getAudience: is called getAudienceData" in capsys.readouterr().out


def test_an_empty_folder_proves_nothing(tmp_path: Path) -> None:
    assert main(str(tmp_path)) == 1
