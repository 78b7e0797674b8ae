"""What an application asks is read whole, or refused with OAuth's own word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.oauth.authorize import NAMES, is_registered, read_request, said, state_of
from espace_sante.formats.oauth.errors import Error, OAuthRefused

BASES = ("https://maison.exemple/fhir", "https://maison.exemple/fhir/")
WHOLE = {
    "response_type": "code",
    "client_id": "carnet",
    "redirect_uri": "https://carnet.exemple/retour",
    "scope": "launch/patient patient/Observation.rs",
    "state": "abc 123",
    "aud": BASES[0],
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}


def refused(parameters: list[tuple[str, str]]) -> Error:
    with pytest.raises(OAuthRefused) as found:
        read_request(parameters, BASES)
    return found.value.error


def test_a_whole_request_is_read_and_says_itself_again() -> None:
    asked = read_request([*WHOLE.items(), ("nonce", "1"), ("prompt", "login")], BASES)
    assert asked.scopes == ("launch/patient", "patient/Observation.rs")
    assert asked.parameters() == WHOLE
    assert read_request(list((WHOLE | {"launch": "xyz", "aud": BASES[1]}).items()), BASES).launch == "xyz"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("response_type", "token", Error.UNSUPPORTED_RESPONSE_TYPE),
        ("response_type", "", Error.UNSUPPORTED_RESPONSE_TYPE),
        ("response_type", "code id_token", Error.UNSUPPORTED_RESPONSE_TYPE),
        ("response_mode", "fragment", Error.INVALID_REQUEST),
        ("response_mode", "form_post", Error.INVALID_REQUEST),
        ("state", "", Error.INVALID_REQUEST),
        ("state", "x" * 1001, Error.INVALID_REQUEST),
        ("state", "a\nb", Error.INVALID_REQUEST),
        ("code_challenge", "", Error.INVALID_REQUEST),
        ("code_challenge", "court", Error.INVALID_REQUEST),
        ("code_challenge", WHOLE["code_challenge"] + "=", Error.INVALID_REQUEST),
        ("code_challenge_method", "plain", Error.INVALID_REQUEST),
        ("code_challenge_method", "", Error.INVALID_REQUEST),
        ("aud", "https://autre.exemple/fhir", Error.INVALID_REQUEST),
        ("aud", "https://maison.exemple/fhir/Patient", Error.INVALID_REQUEST),
        ("aud", "", Error.INVALID_REQUEST),
        ("scope", "", Error.INVALID_SCOPE),
        ("scope", "a  b", Error.INVALID_SCOPE),
        ("scope", 'a"b', Error.INVALID_SCOPE),
        ("scope", "é", Error.INVALID_SCOPE),
        ("scope", "x" * 4001, Error.INVALID_SCOPE),
        ("request", "abc", Error.REQUEST_NOT_SUPPORTED),
        ("request_uri", "https://autre.exemple", Error.REQUEST_NOT_SUPPORTED),
        ("launch", "x" * 1001, Error.INVALID_REQUEST),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_its_word(name: str, value: str, error: Error) -> None:
    assert refused(list((WHOLE | {name: value}).items())) is error


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_twice(name: str) -> None:
    whole = WHOLE | {"launch": "xyz"}
    assert refused([*whole.items(), (name, whole[name])]) is Error.INVALID_REQUEST


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://carnet.exemple/retour/",
        "https://carnet.exemple/retou",
        "https://carnet.exemple/retour?x=1",
        "https://carnet.exemple/retour#",
        "https://carnet.exemple/retour/../autre",
        "https://carnet.exemple/%72etour",
        "https://CARNET.exemple/retour",
        "https://carnet.exemple:443/retour",
        "https://a@carnet.exemple/retour",
        "https://carnet.exemple.autre.fr/retour",
        "http://carnet.exemple/retour",
        " https://carnet.exemple/retour",
    ],
)
def test_an_address_is_known_by_each_of_its_characters(address: str) -> None:
    registered = (WHOLE["redirect_uri"], "https://carnet.exemple/autre")
    assert not is_registered(address, registered)
    assert is_registered(registered[1], registered)


def test_a_state_goes_back_only_when_it_could_have_been_accepted() -> None:
    assert state_of(list(WHOLE.items())) == {"state": "abc 123"}
    assert state_of([*WHOLE.items(), ("state", "b")]) == {}
    assert state_of([("state", "a\r\nb")]) == {}
    assert said([("a", "1"), ("a", "1")], "a") == ""


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=50)), max_size=12))
def test_whatever_is_sent_is_read_or_refused(parameters: list[tuple[str, str]]) -> None:
    try:
        asked = read_request(parameters, BASES)
    except OAuthRefused:
        return
    assert asked.aud in BASES and asked.state and asked.scopes
