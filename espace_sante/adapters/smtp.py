"""Mail, over SMTP, encrypted, with the account of the operator when there is one. Only standard modules; one thread at a time.

A message is refused when the server says it never will be taken (5xx); everything else is tried again. The address is never
written in a log, nor what the server answers, which repeats it. Source: RFC 5321 section 4.2.1; docs/decisions/0067.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path

from espace_sante.kernel.settings import MailSecurity, Settings

SECONDS = 20.0
PASSWORD = Path("keys") / "mail-password"


@dataclass(slots=True)
class SmtpMail:
    """One server. Fulfils `jobs.sending.Post`."""

    settings: Settings
    context: ssl.SSLContext | None = None
    _open: smtplib.SMTP | None = field(default=None, init=False)

    async def send(self, number: str, to: str, subject: str, text: str, now: datetime) -> str:
        """Send one message; return "sent", "refused" (it never will be), "later", or "away": our own server did not serve us."""
        message = self.message(number, to, subject, text, now)
        return await asyncio.to_thread(self._send, to, message)

    async def close(self) -> None:
        """End the connection, if one is open."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        found, self._open = self._open, None
        if found is not None:
            with suppress(smtplib.SMTPException, OSError):
                found.quit()

    def _drop(self) -> None:
        """Let go of a connection that answers no more, without a word."""
        found, self._open = self._open, None
        if found is not None:
            found.close()

    def message(self, number: str, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
        """Return the message as it leaves: the same number gives the same Message-ID, so that a mailbox may know a copy."""
        sender = self.settings.mail_sender
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((self.settings.mail_name, sender))
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
        message.set_content(text)
        return message

    def _send(self, to: str, message: EmailMessage) -> str:
        try:
            self._connected().send_message(message, self.settings.mail_sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            return _outcome(max(code for code, _ in refused.recipients.values()))
        except (smtplib.SMTPException, OSError):
            # A server that refuses us (530, 535), or what all messages say (554), says nothing of this mailbox.
            self._drop()
            return "away"
        return "sent"

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None and self._open.noop()[0] == 250:
            return self._open
        self._drop()
        settings = self.settings
        context = self.context or ssl.create_default_context()
        # Its own name is said, not asked of a name server: that would wait for an answer nobody needs.
        name = settings.mail_sender.rpartition("@")[2]
        where = (settings.mail_host, settings.mail_port, name)
        if settings.mail_security is MailSecurity.TLS:
            found: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=SECONDS, context=context)
        else:
            found = smtplib.SMTP(*where, timeout=SECONDS)
        self._open = found
        if settings.mail_security is MailSecurity.STARTTLS:
            found.starttls(context=context)
        if settings.mail_user:
            password = (settings.home / PASSWORD).read_text(encoding="utf-8").strip()
            found.login(settings.mail_user, password)
        return found


def _outcome(code: int) -> str:
    return "refused" if 500 <= code < 600 else "later"
