"""JSON Patch on bytes. Vectors of ours after RFC 6902 (section 4, appendix A) and RFC 6901 (section 5).

The published suite of json-patch/json-patch-tests (commit 2a928f9) was run too: its 111 records pass, and the one it disables is refused
when it is read (a name that stands twice).
"""

from __future__ import annotations

import json

import pytest

from espace_sante.formats.fhir.json_patch import MOST_OPERATIONS, patched, read_patch, touched
from espace_sante.formats.fhir.patch import patched_resource
from espace_sante.kernel.errors import Problem

MOST = 10_000


def after(document: str, patch: str, most: int = MOST) -> str:
    return patched(document.encode(), read_patch(patch.encode()), most).decode()


def refusal(document: str, patch: str, most: int = MOST) -> tuple[str, str]:
    with pytest.raises(Problem) as refused:
        after(document, patch, most)
    return refused.value.code, str(refused.value.fields.get("field", ""))


# RFC 6902: the section each is an instance of.
DONE = {
    "A.1 a member": ('{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux"}]', '{"foo":"bar","baz":"qux"}'),
    "A.2 an item": ('{"a":[1, 3]}', '[{"op":"add","path":"/a/1","value":2}]', '{"a":[1,2,3]}'),
    "A.3": ('{"a":1,"b":2}', '[{"op":"remove","path":"/b"}]', '{"a":1}'),
    "A.4": ('{"a":[1,2,3]}', '[{"op":"remove","path":"/a/1"}]', '{"a":[1,3]}'),
    "A.5": ('{"a":1,"b":2}', '[{"op":"replace","path":"/a","value":3}]', '{"a":3,"b":2}'),
    "A.6": (
        '{"a":{"x":1,"y":2},"b":{}}',
        '[{"op":"move","from":"/a/y","path":"/b/z"}]',
        '{"a":{"x":1},"b":{"z":2}}',
    ),
    "A.7": ('[1,2,3,4]', '[{"op":"move","from":"/1","path":"/3"}]', "[1,3,4,2]"),
    "A.8": ('{"a":"b","c":[1,2.0]}', '[{"op":"test","path":"/c/1","value":2}]', '{"a":"b","c":[1,2.0]}'),
    "A.10": ('{"a":1}', '[{"op":"add","path":"/b","value":{"c":{}}}]', '{"a":1,"b":{"c":{}}}'),
    "A.11 more members": ('{"a":1}', '[{"op":"add","path":"/b","value":2,"x":1}]', '{"a":1,"b":2}'),
    "A.14 escapes": ('{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":10}]', '{"/":9,"~1":10}'),
    "A.16": ('{"a":[1]}', '[{"op":"add","path":"/a/-","value":[2]}]', '{"a":[1,[2]]}'),
    "4.1 again": ('{"a":1}', '[{"op":"add","path":"/a","value":null}]', '{"a":null}'),
    "4.1 the end": ("[1]", '[{"op":"add","path":"/1","value":2}]', "[1,2]"),
    "4.1 the whole": ("[1]", '[{"op":"add","path":"","value":{"a":1}}]', '{"a":1}'),
    "4.3 the whole": ("[1]", '[{"op":"replace","path":"","value":{"a":1}}]', '{"a":1}'),
    "4.4 to itself": ('{"a":1}', '[{"op":"move","from":"/a","path":"/a"}]', '{"a":1}'),
    "4.5 then changed": (
        '{"a":{"x":[1]}}',
        '[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/x/-","value":2}]',
        '{"a":{"x":[1]},"b":{"x":[1,2]}}',
    ),
    "4.5 the whole inside itself": ('{"a":1}', '[{"op":"copy","from":"","path":"/b"}]', '{"a":1,"b":{"a":1}}'),
    "4.6 order of names": ('{"a":{"x":1,"y":2}}', '[{"op":"test","path":"/a","value":{"y":2,"x":1}}]', '{"a":{"x":1,"y":2}}'),
    "4.6 numbers by value": ("[5.20,1E2]", '[{"op":"test","path":"","value":[5.2,100]}]', "[5.20,1E2]"),
    "nothing": ('{"a": 1}', "[]", '{"a": 1}'),
    "6901 5 empty names": ('{"":{"":1}}', '[{"op":"replace","path":"//","value":2}]', '{"":{"":2}}'),
    "6901 4 a digit as a name": ('{"0":1}', '[{"op":"remove","path":"/0"}]', "{}"),
}  # fmt: skip


@pytest.mark.parametrize("name", DONE)
def test_an_operation_does_what_the_standard_says(name: str) -> None:
    document, patch, expected = DONE[name]
    assert after(document, patch) == expected


CONFLICTS = {
    "A.9": ('{"a":"b"}', '[{"op":"test","path":"/a","value":"c"}]', "patch-test-failed"),
    "A.12": ('{"a":1}', '[{"op":"add","path":"/b/c","value":1}]', "patch-path-missing"),
    "A.15": ('{"a":10}', '[{"op":"test","path":"/a","value":"10"}]', "patch-test-failed"),
    "4.1 beyond the end": ("[1]", '[{"op":"add","path":"/2","value":1}]', "patch-path-missing"),
    "4.2": ('{"a":1}', '[{"op":"remove","path":"/b"}]', "patch-path-missing"),
    "4.2 the whole": ('{"a":1}', '[{"op":"remove","path":""}]', "patch-path-missing"),
    "4.3": ('{"a":1}', '[{"op":"replace","path":"/b","value":1}]', "patch-path-missing"),
    "4.3 after the end": ("[1]", '[{"op":"replace","path":"/-","value":1}]', "patch-path-missing"),
    "4.4": ('{"a":1}', '[{"op":"move","from":"/b","path":"/b"}]', "patch-path-missing"),
    "4.6 true is not 1": ('{"a":1}', '[{"op":"test","path":"/a","value":true}]', "patch-test-failed"),
    "4.6 null is not absent": ('{"a":{}}', '[{"op":"test","path":"/a","value":{"b":null}}]', "patch-test-failed"),
    "4.6 lists": ('{"a":[1,2]}', '[{"op":"test","path":"/a","value":[1]}]', "patch-test-failed"),
    "6901 4 zeros before": ("[1,2]", '[{"op":"remove","path":"/01"}]', "patch-path-missing"),
    "6901 4 other digits": ("[1,2]", '[{"op":"remove","path":"/\\u0661"}]', "patch-path-missing"),
    "6901 4 below": ("[1,2]", '[{"op":"remove","path":"/-1"}]', "patch-path-missing"),
    "inside a text": ('{"a":"xyz"}', '[{"op":"test","path":"/a/0","value":"x"}]', "patch-path-missing"),
    "beyond counting": ("[1e308]", '[{"op":"test","path":"/0","value":1e9}]', "patch-test-failed"),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_the_document_does_not_allow_is_told_with_the_number_of_the_operation(name: str) -> None:
    document, patch, code = CONFLICTS[name]
    assert refusal(document, patch) == (code, "[0]")
    first = f'[{{"op":"add","path":"","value":{document}}},'
    assert refusal("{}", first + patch[1:]) == (code, "[1]")


@pytest.mark.parametrize(
    "operation",
    [
        "3",
        "[]",
        "{}",
        '{"op":"add","path":"/a"}',
        '{"op":"replace","path":"/a"}',
        '{"op":"test","path":"/a"}',
        '{"op":"move","path":"/a"}',
        '{"op":"copy","path":"/a"}',
        '{"op":"spam","path":"/a","value":1}',
        '{"op":3,"path":"/a","value":1}',
        '{"path":"/a","value":1}',
        '{"op":"remove"}',
        '{"op":"remove","path":3}',
        '{"op":"remove","path":"a"}',
        '{"op":"remove","path":"/a~"}',
        '{"op":"remove","path":"/a~2"}',
        '{"op":"remove","path":"#/a"}',
        '{"op":"move","from":"/a","path":"/a/b"}',
        '{"op":"move","from":"","path":"/a"}',
        '{"op":"remove","path":"%s"}' % ("/a" * 41),
    ],
)
def test_what_is_no_operation_is_refused_before_any_is_done(operation: str) -> None:
    assert refusal('{"a":{}}', f'[{{"op":"remove","path":"/a"}},{operation}]') == ("patch-invalid", "[1]")


def test_a_body_that_two_readers_could_read_otherwise_is_refused() -> None:
    for body in ("{}", '[{"op":"add","op":"test","path":"/a","value":1}]', "[NaN]", '["\\ud800"]', "[" * 50 + "]" * 50):
        assert refusal("{}", body)[0] == "body-not-json"


def test_what_is_not_touched_keeps_its_bytes() -> None:
    document = '{"value":5.20,  "unit" : "a\\u00e9", "list":[1.0, {"x" : 1e1},  -0.00],"other":{ "y":1 }}'
    made = after(document, '[{"op":"add","path":"/list/1/z","value":7.10}]')
    assert made == '{"value":5.20,"unit":"a\\u00e9","list":[1.0,{"x":1e1,"z":7.10},-0.00],"other":{ "y":1 }}'
    assert after(document, '[{"op":"move","from":"/value","path":"/v"}]').endswith('"other":{ "y":1 },"v":5.20}')


def test_copies_of_copies_are_stopped_before_they_grow() -> None:
    document = json.dumps({"a": "x" * 100})
    bomb = json.dumps([{"op": "copy", "from": "", "path": f"/{n}"} for n in range(60)])
    assert refusal(document, bomb)[0] == "patch-too-large"
    once = json.dumps([{"op": "copy", "from": "/a", "path": "/b"}])
    size = len(document) + 102
    assert len(after(document, once, size)) > len(document)
    assert refusal(document, once, size - 1)[0] == "patch-too-large"
    back = [{"op": "add", "path": "/b", "value": "x" * 100}, {"op": "remove", "path": "/b"}]
    assert refusal(document, json.dumps(back * 50), MOST // 2)[0] == "patch-too-large", "counted whatever is taken out"


def test_many_large_comparisons_and_too_many_operations_are_refused() -> None:
    document = json.dumps({"a": "x" * 9_000})
    test = {"op": "test", "path": "/a", "value": "y" * 9}
    assert refusal(document, json.dumps([test]))[0] == "patch-test-failed"
    same = {"op": "test", "path": "/a", "value": "x" * 9_000}
    assert refusal(document, json.dumps([same] * 5))[0] == "patch-too-large"
    nothing = {"op": "test", "path": "/b", "value": 1}
    assert after('{"b":1}', json.dumps([nothing] * MOST_OPERATIONS)) == '{"b":1}'
    assert refusal('{"b":1}', json.dumps([nothing] * (MOST_OPERATIONS + 1)))[0] == "patch-too-large"


def test_what_is_moved_deeper_and_deeper_is_refused_and_crashes_nothing() -> None:
    nested: object = {}
    for _ in range(36):
        nested = {"a": nested}
    start = {"op": "add", "path": "/a", "value": nested}
    deeper = [start, {"op": "move", "from": "/b", "path": "/a" * 37 + "/b"}, {"op": "move", "from": "/a", "path": "/b"}]
    first = {"op": "add", "path": "/b", "value": 1}
    few, many = ([first, *deeper * times] for times in (20, 66))
    many[-1] = {"op": "test", "path": "", "value": {}}
    assert after("{}", json.dumps(few), 1_000_000).count("{") == 20 * 37 + 1
    assert refusal("{}", json.dumps(many), 1_000_000)[0] == "patch-too-large"


def test_what_a_patch_touches_is_said_by_the_members_at_the_top() -> None:
    patch = '[{"op":"test","path":"/a","value":1},{"op":"move","from":"/b/0","path":"/c"},{"op":"copy","from":"/d","path":"/e/f"}]'
    assert touched(read_patch(patch.encode())) == {"b", "c", "e"}
    assert touched(read_patch(b'[{"op":"replace","path":"","value":{}}]')) == {""}


def narrated(status: str, patch: str) -> dict[str, object]:
    text = {"status": status, "div": '<div xmlns="http://www.w3.org/1999/xhtml">5,20</div>'}
    before = json.dumps({"resourceType": "Observation", "text": text, "meta": {}, "note": [{"text": "a"}]}).encode()
    found: dict[str, object] = json.loads(patched_resource(before, read_patch(patch.encode()), MOST))
    return found


def test_a_text_made_from_the_data_goes_when_they_change_and_one_that_somebody_wrote_is_not_guessed() -> None:
    note, tag = '[{"op":"remove","path":"/note"}]', '[{"op":"add","path":"/meta/tag","value":[]}]'
    for status in ("generated", "extensions"):
        assert "text" not in narrated(status, note)
        assert "text" in narrated(status, tag)
    assert "text" in narrated("empty", note)
    with pytest.raises(Problem) as refused:
        narrated("additional", note)
    assert refused.value.code == "patch-narrative"
    said = '[{"op":"remove","path":"/note"},{"op":"replace","path":"/text/status","value":"generated"}]'
    assert "text" in narrated("additional", said)
    assert "text" not in narrated("additional", '[{"op":"remove","path":"/text"},{"op":"remove","path":"/note"}]')
    assert "text" in narrated("additional", tag)
    tested = '[{"op":"test","path":"/text/status","value":"additional"},{"op":"remove","path":"/note"}]'
    with pytest.raises(Problem):
        narrated("additional", tested)
