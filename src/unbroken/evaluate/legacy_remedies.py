"""What the written sequence does with each kind of legacy client (A1.12 and the exception table), corrected by the platform's dates."""

from __future__ import annotations

from datetime import date

from unbroken.evaluate import platform_dates as dates
from unbroken.evaluate.platform_dates import when

PRINTER = (
    "firmware with modern authentication (OAuth), else an SMTP relay (connector or Direct Send), else High Volume Email or "
    "Azure Communication Services Email; only for a short time an exclusion bound to the device's address. App passwords are no "
    "way out: they exist only for users enforced by per-user MFA. {smtp}"
)
SENDING_APPLICATION = (
    "ask the vendor about modern authentication (OAuth), else an SMTP relay (connector), High Volume Email or "
    "Azure Communication Services Email. App passwords exist only with per-user MFA. {smtp}"
)
UNKNOWN_SENDER = (
    "find the device or application that sends; then OAuth, an SMTP relay (connector or Direct Send), High Volume Email or "
    "Azure Communication Services Email. App passwords exist only with per-user MFA. {smtp}"
)
READING_APPLICATION = (
    "ask the vendor about modern authentication (OAuth, or Microsoft Graph with application access to this mailbox only). {basic}"
)
MAIL_PROGRAM = "move the person to Outlook, or add the account again with modern authentication (OAuth). {basic}"
PHONE_MAIL = "move the phone to the Outlook app, or remove the account and add it again with modern authentication. {version} {certificate}"
WEB_SERVICES = (
    "have the vendor move it to Microsoft Graph; until then list it among the tenant's allowed EWS applications. "
    "Exchange Web Services: {ews_off}, {ews_end}."
)
OLD_OUTLOOK = "replace Outlook 2013 or earlier with a current Outlook. {basic}"
OUTLOOK_PROTOCOL = (
    "check the version of Outlook and that modern authentication is on; replace Outlook 2013 or earlier with a current one. {basic}"
)
WINDOWS_MAIL = "move the person to a current Outlook. {basic}"
POWERSHELL = (
    "use the current Exchange Online PowerShell module; for unattended jobs an application with a certificate instead of a user's password."
)
SCRIPT = (
    "a script cannot answer a prompt: move it to a managed identity or an application with a certificate; "
    "until then an exclusion bound to its address, 30 days at most."
)
ENTRA_CONNECT = (
    "move Entra Connect to application identity (version 2.5.3.0 by hand, 2.5.76.0 by itself); until then exclude its role from policies "
    "that demand MFA, or directory synchronisation stops without a word."
)
UNKNOWN = "find the owner, then move it to modern authentication; the log does not say which protocol it speaks."


def told_on(remedy: str, today: date) -> str:
    """Return one of the remedies above with its dates, worded for `today`: an end that has come is told as a fact."""
    return remedy.format(
        smtp=when(
            dates.SMTP_AUTH_OFF_BY_DEFAULT,
            today,
            past="Exchange Online has basic SMTP AUTH off by default since {day}; an administrator may switch it on again, for a time.",
            coming="Exchange Online switches basic SMTP AUTH off by default on {day}; plan for that day, whatever the policy says.",
        ),
        basic=when(
            dates.BASIC_AUTHENTICATION_END,
            today,
            past="Exchange Online refuses basic authentication for it since {day}: the log shows the sign-in only, so check that it works.",
            coming="Exchange Online ends basic authentication for it on {day}.",
        ),
        version=when(
            dates.ACTIVE_SYNC_MINIMUM,
            today,
            past="Exchange Online refuses versions older than 16.1 since {day}.",
            coming="Exchange Online refuses versions older than 16.1 from {day}.",
        ),
        certificate=when(
            dates.BASIC_AUTHENTICATION_END,
            today,
            past="Basic authentication ended on {day}: what still succeeds probably uses a certificate, and a legacy block stops that too.",
            coming="Basic authentication ends on {day}.",
        ),
        ews_off=when(dates.EWS_OFF_BY_DEFAULT, today, past="off by default since {day}", coming="off by default from {day}"),
        ews_end=when(dates.EWS_END, today, past="removed on {day}", coming="removed for good on {day}"),
    )
