"""Mail as it leaves: encrypted, with the operator's account, under one number; nothing of it in a log, whatever the server answers."""

from __future__ import annotations

import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from espace_sante.adapters.smtp import SmtpMail
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import MailSecurity, Settings, load_settings
from tests.inside import run
from tests.mailbox import SENDER, Mailbox, mailbox

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
TO = "jeanne.essai@exemple.example"


def certificate(folder: Path) -> Path:
    """Write a certificate of the loopback with its key, for one day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    return path


def settings(home: Path, port: int, **changes: Any) -> Settings:
    return Settings(home=home, mail_host="localhost", mail_port=port, mail_sender=SENDER, **changes)


def sent(post: SmtpMail, number: str = "0" * 32) -> Any:
    return post.send(number, TO, "Un avis vous attend", "Bonjour,\n\nVoilà.\n", NOW)


def test_it_leaves_encrypted_with_the_operator_s_account_and_says_that_no_machine_is_to_answer(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(pem)
    trusted = ssl.create_default_context(cafile=str(pem))
    (tmp_path / "keys").mkdir()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=bytes(data.password) == b"secret", handled=False)  # the server says 535 itself

    async def play() -> None:
        options = {"tls_context": served, "require_starttls": True, "authenticator": check, "auth_required": True}
        async with mailbox(**options) as box:
            post = SmtpMail(settings(tmp_path, box.port, mail_user="avis"), trusted)
            (tmp_path / "keys" / "mail-password").write_text("faux\n")
            assert await sent(post) == "away", "a wrong password condemns no message"
            (tmp_path / "keys" / "mail-password").write_text("secret\n")
            assert await sent(post) == "sent" and await sent(post, "1" * 32) == "sent"
            await post.close()
            clear = SmtpMail(settings(tmp_path, box.port, mail_security=MailSecurity.NONE))
            assert await sent(clear) == "away"
            unknown = SmtpMail(settings(tmp_path, box.port))
            assert await sent(unknown) == "away", "a certificate nobody trusts is refused"
            for one in (clear, unknown):
                await one.close()
        domain = SENDER.partition("@")[2]
        assert box.numbers == [f"<{'0' * 32}@{domain}>", f"<{'1' * 32}@{domain}>"]
        (message, _) = box.arrived
        assert message["Auto-Submitted"] == "auto-generated" and message["Subject"] == "Un avis vous attend"
        assert message["From"] == f"Espace <{SENDER}>" and message["To"] == TO
        assert not any(name.lower().startswith("x-") and name != "X-Peer" for name in message)

    run(play())


@pytest.mark.parametrize(
    ("at", "answer", "outcome"),
    [
        ("rcpt", "550 inconnu", "refused"),
        ("rcpt", "450 plus tard", "later"),
        ("data", "554 refusé", "away"),
        ("data", "451 plus tard", "away"),
    ],
)
def test_what_never_will_be_taken_is_told_from_what_may_be_and_no_log_holds_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, at: str, answer: str, outcome: str
) -> None:
    async def play() -> None:
        box = Mailbox()
        if at == "rcpt":
            box.refuses = lambda to: f"{answer} {to}"
        else:
            box.fails = lambda nth: f"{answer} {TO}"
        async with mailbox(box):
            post = SmtpMail(settings(tmp_path, box.port, mail_security=MailSecurity.NONE))
            assert await sent(post) == outcome
            await post.close()

    with caplog.at_level(logging.INFO, logger="espace_sante"):
        run(play())
    assert TO not in caplog.text


def test_a_server_that_is_away_is_asked_again_later(tmp_path: Path) -> None:
    async def play() -> None:
        assert await sent(SmtpMail(settings(tmp_path, 1, mail_security=MailSecurity.NONE))) == "away"

    run(play())


@pytest.mark.parametrize(
    "given",
    [
        {"MAIL_HOST": "mail.example", "MAIL_SECURITY": "none", "MAIL_SENDER": SENDER},
        {"MAIL_HOST": "mail.example", "MAIL_SENDER": "avis"},
    ],
)
def test_mail_in_clear_to_another_host_and_mail_from_nobody_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(OperatorRefusal):
        load_settings({f"ESPACE_SANTE_{name}": value for name, value in given.items()})
