"""What is likely behind a legacy sign-in, by the words of its client, user agent, device, app and user name.

A kind is a guess with its evidence. Few of the words are other than English: a device that names itself says its make and model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from unbroken.evaluate import legacy_remedies as remedies


@dataclass(frozen=True, slots=True)
class Traits:
    """The lower-cased words of one legacy use."""

    client: str
    words: str
    """User name, device, user agent and app, each on its own line."""
    protocol: str


@dataclass(frozen=True, slots=True)
class LegacyKind:
    """One kind of legacy client: how to know it, and what the written sequence does with it."""

    name: str
    """With its article."""
    clients: frozenset[str]
    """The log's `clientAppUsed`, lower-cased; empty: any."""
    evidence: re.Pattern[str] | None
    """What must be found among the words or in the client; None: the client alone decides."""
    remedy: str
    """One of `legacy_remedies`, its dates still to be filled in."""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])")


PRINTERS = _words(
    r"printers?|print|scan(?:ner|ners|to\w*)?|copiers?|mfps?|mfd|fax|ricoh|canon|imagerunner|xerox|workcentre|versalink|altalink|kyocera|"
    r"taskalfa|ecosys|konica|minolta|bizhub|lexmark|brother|laserjet|officejet|pagewide|epson|e-studio|oki|multifunction|drucker|imprimante"
)
BUSINESS_APPLICATIONS = _words(
    r"erp|crm|sap|navision|dynamics|sage|odoo|netsuite|salesforce|zendesk|jira|confluence|freshdesk|otrs|zammad|ticket\w*|help-?desk|"
    r"servicedesk|invoices?|billing|orders?|datev|lexware|docuware|archive|mailstore|backup|alerts?|monitoring|nagios|zabbix|veeam|nas|synology"
)
MAIL_PROGRAMS = _words(
    r"thunderbird|apple ?mail|mail/|macoutlook|outlook|evolution|em ?client|the bat|k-9|mailbird|postbox|foxmail|sylpheed"
)
OLD_OFFICE = _words(r"(?:office|outlook)[/ ]1[0-5](?:\.\d+)*(?!\d)|outlook 20(?:07|10|13)|office 20(?:07|10|13)|older office clients")
SCRIPTS = _words(
    r"python(?:-requests|-urllib|-httpx)?|curl|wget|powershell|windowspowershell|okhttp|go-http-client|axios|node-fetch|java|jakarta|"
    r"apache-httpclient|restsharp|postman\w*|php|libwww-perl|azure-?cli|azurecli|terraform|ansible|script|cron|automation"
)

_SMTP = frozenset({"authenticated smtp", "smtp"})
_MAILBOX_ACCESS = frozenset({"imap4", "imap", "pop3", "pop"})
_OUTLOOK = frozenset({"mapi over http", "mapi", "offline address book", "outlook anywhere (rpc over http)", "autodiscover"})
_ANY: frozenset[str] = frozenset()

KINDS = (
    LegacyKind("Outlook 2013 or earlier", _ANY, OLD_OFFICE, remedies.OLD_OUTLOOK),
    LegacyKind("a multifunction printer or scanner", _SMTP, PRINTERS, remedies.PRINTER),
    LegacyKind("a business application that sends mail", _SMTP, BUSINESS_APPLICATIONS, remedies.SENDING_APPLICATION),
    LegacyKind("a script that sends mail", _SMTP, SCRIPTS, remedies.SENDING_APPLICATION),
    LegacyKind("a device or application that sends mail", _SMTP, None, remedies.UNKNOWN_SENDER),
    LegacyKind("a business application that reads a mailbox", _MAILBOX_ACCESS, BUSINESS_APPLICATIONS, remedies.READING_APPLICATION),
    LegacyKind("a mail program", _MAILBOX_ACCESS, MAIL_PROGRAMS, remedies.MAIL_PROGRAM),
    LegacyKind("a script that reads a mailbox", _MAILBOX_ACCESS, SCRIPTS, remedies.READING_APPLICATION),
    LegacyKind("a mail program or application that reads a mailbox", _MAILBOX_ACCESS, None, remedies.READING_APPLICATION),
    LegacyKind("the mail app of a phone (Exchange ActiveSync)", frozenset({"exchange activesync"}), None, remedies.PHONE_MAIL),
    LegacyKind("an application on Exchange Web Services", frozenset({"exchange web services"}), None, remedies.WEB_SERVICES),
    LegacyKind(
        "a remote PowerShell or reporting job",
        frozenset({"exchange online powershell", "reporting web services"}),
        None,
        remedies.POWERSHELL,
    ),
    LegacyKind("the Windows Mail app", frozenset({"universal outlook", "outlook service"}), None, remedies.WINDOWS_MAIL),
    LegacyKind("Outlook without modern authentication", _OUTLOOK, None, remedies.OUTLOOK_PROTOCOL),
    LegacyKind("a script with a user's password", _ANY, SCRIPTS, remedies.SCRIPT),
)
"""First match wins: the client's protocol narrows, then the words decide."""

ENTRA_CONNECT = LegacyKind(
    "the synchronisation account of Entra Connect", _ANY, _words(r"sync_\w+|azure active directory connect"), remedies.ENTRA_CONNECT
)
UNRECOGNISED = LegacyKind("a legacy client that does not say what it is", _ANY, None, remedies.UNKNOWN)
ROPC = LegacyKind("a script with a user's password (ROPC)", _ANY, None, remedies.SCRIPT)
"""Resource owner password credentials: a modern client by the log's words that can no more answer a prompt than a legacy one."""


def recognise(traits: Traits) -> tuple[LegacyKind, str]:
    """Return the first kind that fits and the evidence for it in words; no evidence when nothing fits."""
    if traits.protocol == "ropc":
        found = ENTRA_CONNECT.evidence and ENTRA_CONNECT.evidence.search(traits.words)
        return (ENTRA_CONNECT, f"the words {found.group()!r}") if found else (ROPC, "authentication protocol is ropc")
    for kind in KINDS:
        if kind.clients and traits.client not in kind.clients:
            continue
        if kind.evidence is None:
            return kind, f"client is {traits.client!r}"
        found = kind.evidence.search(f"{traits.words}\n{traits.client}")
        if found:
            return kind, f"the words {found.group()!r}"
    return UNRECOGNISED, ""
