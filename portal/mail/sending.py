"""Sends what waits in the outbox by SMTP, from one thread of the worker.

A letter is forgotten after the server has taken it: a kill in between sends it twice, under the
same Message-ID, and never loses it.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from threading import Event, Thread

from catalogue.store import Store, mail
from catalogue.store.mail import Waiting
from portal.mail.digests import tell
from portal.settings import MailSettings

PAUSES_S = (60, 300, 1_800, 7_200, 28_800, 86_400, 86_400)
_TIMEOUT_S = 30.0
_LOOK_EVERY_S = 5.0
_AT_ONCE = 100

log = logging.getLogger(__name__)


def send_due(store: Store, settings: MailSettings) -> int:
    """Send what is due in one connection; return how many letters the server took."""
    letters = mail.due(store, limit=_AT_ONCE)
    if not letters:
        return 0
    sent = 0
    try:
        with _connected(settings) as server:
            for letter in letters:
                sent += _sent(store, server, settings, letter)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail cannot be sent: %s", type(error).__name__)
        for letter in letters[sent:]:
            _later(store, letter)
    return sent


def message_of(letter: Waiting, sender: str) -> EmailMessage:
    """Return a letter as it is sent."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = letter.recipient
    made["Subject"] = letter.subject
    made["Date"] = formatdate(usegmt=True)
    made["Message-ID"] = f"<{letter.message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url is not None:
        made["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(letter.body, cte="quoted-printable")  # taken by every server
    made["Content-Language"] = letter.language  # only now: the content takes its headers along
    return made


def _sent(store: Store, server: smtplib.SMTP, settings: MailSettings, letter: Waiting) -> bool:
    """Send one letter; one that its server refuses holds up no other."""
    try:
        server.send_message(message_of(letter, settings.sender))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        log.warning("a letter was refused: %s", type(error).__name__)
        _later(store, letter)
        return False
    mail.forget(store, letter)
    return True


def _later(store: Store, letter: Waiting) -> None:
    if letter.attempt_count < len(PAUSES_S):
        mail.postpone(store, letter, PAUSES_S[letter.attempt_count])
    else:
        log.warning("a letter is given up after %s attempts", letter.attempt_count + 1)
        mail.forget(store, letter)


def _connected(settings: MailSettings) -> smtplib.SMTP:
    host, port = settings.host or "", settings.port
    if settings.security == "tls":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    try:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.user is not None:
            server.login(settings.user, settings.password or "")
    except BaseException:
        server.close()
        raise
    return server


def keep_mailing(store: Store, settings: MailSettings, *, root: str) -> Callable[[], None]:
    """Write digests and send in the background; return what ends it."""
    done = Event()

    def run() -> None:
        while not done.is_set():
            try:
                tell(store, root)
                send_due(store, settings)
            except Exception:  # a store that is away for a while must not end the thread
                log.exception("mail could not be sent")
            done.wait(_LOOK_EVERY_S)

    Thread(target=run, name="mail", daemon=True).start()
    return done.set
