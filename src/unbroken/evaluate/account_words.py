"""The words behind the guesses: names and titles that hint at what an account is, and what the written sequence suggests for it."""

from __future__ import annotations

import re


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
SYNCHRONISATION_ROLES = ("d29b2b05-8046-44ba-8758-1e26182fcf32", "a92aed5d-d78a-4d16-b381-09adb37eb3b0")
"""Directory Synchronization Accounts and On Premises Directory Sync Account."""
SYNCHRONISATION_NAME = "on-premises directory synchronization service account"
SYNCHRONISATION_APP = "azure active directory connect"

SHARED = _split(
    "info infos information contact kontakt contacto hello office sales verkauf vertrieb ventas commercial support help helpdesk "
    "accounts accounting accountspayable invoices invoice billing rechnung rechnungen buchhaltung compta orders hr jobs careers bewerbung "
    "recruiting marketing press presse reception empfang accueil feedback newsletter postmaster webmaster enquiries purchasing shared "
    "mailbox team"
)
ROOM = _split(
    "room rooms meetingroom conference confroom conf boardroom huddle raum besprechung besprechungsraum sitzungszimmer salle projector "
    "beamer equipment poolcar"
)
SERVICE = _split(
    "svc service srv bot robot rpa api batch script automation scanner scan printer copier mfp smtp relay noreply donotreply sql backup "
    "veeam monitoring nagios zabbix erp crm sap integration connector daemon dienst dienstkonto"
)
FRONTLINE = _split(
    "production produktion warehouse lager assembly driver fahrer operator cleaner cleaning nurse cashier kitchen frontline forklift "
    "picker machinist welder janitor fitter shopfloor terminal kiosk"
)

EXECUTIVE = re.compile(
    r"\b(?:c[efitom]o|ciso|chief (?:executive|\w+(?: \w+)? officer)|(?:vice )?president|managing director|general manager|board member|"
    r"chair(?:man|woman|person)?|geschäftsführer(?:in)?|vorstand|directeur général|directrice générale|director(?:a)? general)\b"
)
NOT_EXECUTIVE = re.compile(r"\b(?:assistant|assistenz|assistent(?:in)?|secretary|office of|to the|for the)\b")

KEYS = frozenset({"fido2", "fido2SecurityKey", "passKeyDeviceBound", "hardwareOneTimePasscode", "qrCodePin"})
"""Registered methods that need no phone of one's own, verbatim (`methodsRegistered` is an open set)."""
PC_BOUND = frozenset({"windowsHelloForBusiness", "passKeyDeviceBoundWindowsHello", "macOsSecureEnclaveKey"})
NO_METHOD = frozenset({"password", "email", "securityQuestion", "temporaryAccessPass", "appPassword"})
"""Methods that cannot carry a person through MFA for long."""

SENDING_CLIENTS = frozenset({"authenticated smtp", "smtp"})
READING_CLIENTS = frozenset({"imap4", "imap", "pop3", "pop"})

BREAK_GLASS = (
    "exclude it, through one group, from every policy; give it its own passkey (FIDO2) or certificate, because the MFA that the platform "
    "itself demands applies to it too; alert on every sign-in; test it every 90 days"
)
BREAK_GLASS_LIKE = "if it is one, name it in break_glass of unbroken.toml: a guess protects nobody"
SYNCHRONISATION = (
    "move Entra Connect to application identity (version 2.5.3.0 by hand, 2.5.76.0 by itself); until then exclude its role from policies "
    "that demand MFA, and alert on sign-ins from other addresses than the server's"
)
SHARED_MAILBOX = (
    "block its sign-in and give people delegated access; for collaboration convert it to a Microsoft 365 group; whoever signs in to it "
    "directly gets delegation first. It is no exemption"
)
SHARED_MAILBOX_BLOCKED = "its sign-in is blocked already: nothing to do"
ROOM_MAILBOX = "block its sign-in: a room's calendar needs none"
ROOM_DEVICE = (
    "something signs in: if it is a Teams Rooms device, exclude it from MFA, which such devices cannot do, and cover it by a policy of its "
    "own (compliant device and trusted network); otherwise block its sign-in"
)
SERVICE_ACCOUNT = (
    "replace it by a managed identity, else by an application with a certificate; last resort: an exclusion bound to its address, with an "
    "owner, for 90 days at most"
)
MAIL_SENDER = (
    "if a printer, scanner or application sends mail with it: modern authentication (OAuth), else an SMTP relay, after which the account "
    "needs no sign-in; the legacy list has each of them"
)
MAIL_READER = (
    "if an application reads mail with it: ask the vendor about modern authentication, or Microsoft Graph with application access to this "
    "mailbox only; the legacy list has each of them"
)
GUEST = "All users includes guests: {trust}"
GUEST_TRUST = {
    True: "MFA of the home tenant is trusted by default, so the prompt comes from there",
    False: "MFA of the home tenant is not trusted by default, so this guest must register here; decide on trust partner by partner",
    None: "whether MFA of the home tenant is trusted was not read; without trust this guest must register here",
}
PARTNER = (
    "name service provider users in the policy deliberately and demand the partner's own MFA; a block of all guests would stop delegated "
    "administration"
)
DIRECT_CONNECT = "trust MFA of the home tenant, or such users are blocked: they cannot register here"
NO_PHONE = (
    "a FIDO2 security key, ordered before registration opens; else Windows Hello on an own computer; else a hardware OATH token; "
    "a Temporary Access Pass only to begin"
)
NO_PHONE_SHARED = (
    "a FIDO2 security key or badge; QR code with PIN is one factor only and needs a compliant device inside the network; "
    "a Temporary Access Pass only to begin"
)
EXECUTIVE_PERSON = (
    "never exempt, not even for a while: offer a ten-minute call to set up number matching or a passkey; if somebody insists, put the risk "
    "in writing for the risk owner to sign"
)
STALE = "disable it until its owner returns, then a Temporary Access Pass; it does not count as active in the registration share"
NEVER_USED = "disable it; never exempt it"
DISABLED = "nothing to do: a disabled account cannot sign in"
DISABLED_BREAK_GLASS = "enable it, or it will not help in an emergency"
