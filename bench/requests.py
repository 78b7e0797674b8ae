"""The requests that measures send, as bytes."""

from __future__ import annotations

import base64
import json


def get(path: str, token: str) -> bytes:
    """Return a reading of one address."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n\r\n".encode()


def deposit(person: str, token: str, content: str, key: str) -> bytes:
    """Return a simple deposit of a text, with its idempotency key."""
    body = json.dumps(_resource(person, content)).encode()
    head = (
        f"POST /fhir/DocumentReference HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {key}\r\n\r\n"
    )
    return head.encode() + body


def transaction(token: str, resources: list[bytes]) -> bytes:
    """Return the writing of several resources together."""
    asked = b'{"request":{"method":"POST","url":"Observation"},"resource":%s}'
    body = (
        b'{"resourceType":"Bundle","type":"transaction","entry":[' + b",".join(asked % one for one in resources) + b"]}"
    )
    head = (
        f"POST /fhir HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _resource(person: str, content: str) -> dict[str, object]:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4", "display": "CR de consultation"}]},
        "subject": {"reference": f"Patient/{person}"},
        "date": "2026-11-02T09:00:00+01:00",
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain",
                    "title": "Consultation",
                    "creation": "2026-11-02T09:00:00+01:00",
                    "data": base64.b64encode(content.encode()).decode(),
                }
            }
        ],
    }
