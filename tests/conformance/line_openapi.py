"""What LINE's OpenAPI files know and the mock does not: to be run by hand when LINE changes them.

``python tests/conformance/line_openapi.py FOLDER`` prints a line for each difference and exits 1
where there is any. The files are LINE's (line/line-openapi) and are not part of this repository.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from line_sim.mock.openapi import description

Part = dict[str, Any]

CARRIERS = frozenset({("post", "/callback")})
"""Operations that LINE's files have for their schemas alone: a bot answers them, not LINE."""
METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def operations(document: Part) -> dict[tuple[str, str], Part]:
    """Each operation by method and path, with the parameters of its path."""
    return {
        (method, path): {
            **operation,
            "parameters": [*item.get("parameters", ()), *operation.get("parameters", ())],
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS and (method, path) not in CARRIERS
    }


def drift(theirs: Part, ours: Part) -> Iterator[str]:
    """What `theirs` has and `ours` lacks, a line each."""
    known = operations(ours)
    for key, operation in operations(theirs).items():
        name = operation["operationId"]
        own = known.get(key)
        if own is None:
            yield f"{name}: no operation {key[0].upper()} {key[1]}"
            continue
        if own["operationId"] != name:
            yield f"{name}: is called {own['operationId']}"
        yield from _parameters(name, operation, own)
        for what, read in (("asks", _asked), ("answers", _answered)):
            their_schema, own_schema = read(operation), read(own)
            if their_schema is not None:
                pair = (their_schema, own_schema or {})
                yield from _schema(f"{name} {what}", *pair, theirs, ours, frozenset())


def _parameters(name: str, theirs: Part, ours: Part) -> Iterator[str]:
    """Parameters that are missing, or needed and not told so."""
    own = {(each["in"], each["name"].lower()): each for each in ours["parameters"]}
    for each in theirs["parameters"]:
        found = own.get((each["in"], each["name"].lower()))
        if found is None:
            yield f"{name}: no {each['in']} parameter {each['name']}"
        elif each.get("required") and not found.get("required"):
            yield f"{name}: parameter {each['name']} is needed"


def _asked(operation: Part) -> Part | None:
    """The schema of the body."""
    return _first(operation.get("requestBody", {}).get("content", {}))


def _answered(operation: Part) -> Part | None:
    """The schema of success."""
    for status, answer in operation["responses"].items():
        if str(status).startswith("2"):
            return _first(answer.get("content", {}))
    return None


def _first(content: Part) -> Part | None:
    for each in content.values():
        schema: Part = each["schema"]
        return schema
    return None


def _schema(  # noqa: PLR0913, PLR0917 - two schemas, each with its document
    place: str, theirs: Part, ours: Part, their_doc: Part, own_doc: Part, seen: frozenset[str]
) -> Iterator[str]:
    """Properties and kinds that `ours` lacks, at every depth."""
    if (name := theirs.get("$ref", "")) in seen:
        return
    seen |= {name} if name else frozenset()
    theirs, ours = _flat(theirs, their_doc), _flat(ours, own_doc)
    kinds = ours["kinds"] or {kind: {"allOf": [ours["as it is"]]} for kind in _only_kinds(ours)}
    for kind, schema in theirs["kinds"].items():
        if kind not in kinds:
            yield f"{place}: no kind {kind}"
        else:
            pair = ({"allOf": [schema]}, kinds[kind])
            yield from _schema(f"{place} ({kind})", *pair, their_doc, own_doc, seen)
    if not theirs["kinds"]:
        for name, schema in theirs["properties"].items():
            inner = f"{place}.{name}"
            own = ours["properties"].get(name)
            if own is None:
                needed = " (needed)" if name in theirs["required"] else ""
                yield f"{inner}: is missing{needed}"
            else:
                yield from _schema(inner, schema, own, their_doc, own_doc, seen)
    if theirs["items"] is not None:
        pair = (theirs["items"], ours["items"] or {})
        yield from _schema(f"{place}[]", *pair, their_doc, own_doc, seen)


def _flat(schema: Part, document: Part) -> Part:
    """A schema without references, joined parts and null: its properties, items and kinds."""
    found: Part = {"properties": {}, "required": set(), "items": None, "kinds": {}}
    found["as it is"] = schema
    _join(schema, document, found, ())
    return found


def _only_kinds(flat: Part) -> list[str]:
    """The one kind of a record that is no choice, by what its ``type`` may say."""
    said = flat["properties"].get("type", {})
    return [said["const"]] if "const" in said else list(said.get("enum", ()))


def _join(schema: Part, document: Part, found: Part, above: tuple[str, ...]) -> None:
    if (name := schema.get("$ref")) is not None:
        if name not in above:
            target = document["components"]["schemas"][name.rpartition("/")[2]]
            _join(target, document, found, (*above, name))
        return
    found["properties"].update(schema.get("properties", {}))
    found["required"].update(schema.get("required", ()))
    found["items"] = schema.get("items", found["items"])
    # a base's mapping lists its kinds, which join the base: only the base itself is a choice
    if not above[:-1] or "allOf" not in schema:
        mapping = schema.get("discriminator", {}).get("mapping", {})
        if len(above) <= 1:
            found["kinds"].update({kind: {"$ref": target} for kind, target in mapping.items()})
    for part in schema.get("allOf", ()):
        _join(part, document, found, (*above, "allOf"))
    for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        if not found["kinds"]:
            _join(part, document, found, above)


def main(folder: str) -> int:
    """Compare every file of a folder; the exit code."""
    files = sorted(Path(folder).glob("*.yml"))
    ours = description()
    lines = [line for file in files for line in drift(yaml.safe_load(file.read_text()), ours)]
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(files)} files, {len(lines)} differences\n")
    return 0 if files and not lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
