"""Service dependencies: policies on one service that are felt in another. A hint, never part of the verdict.

Source: entra-docs, conditional-access/service-dependencies.md. Which service calls which at sign-in is Microsoft's to change, and
What If leaves it out as well.
"""

from __future__ import annotations

from unbroken.entra.request import AccessRequest

EARLY_BOUND = {
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe": ("Microsoft Teams", ("Exchange Online", "SharePoint Online", "Skype for Business Online")),
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264": ("Microsoft Teams", ("Exchange Online", "SharePoint Online", "Skype for Business Online")),
    "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87": ("Microsoft Forms", ("Exchange Online", "SharePoint Online")),
    "22098786-6e16-43cc-a27d-191a01a1e3b5": ("Microsoft To-Do", ("Exchange Online", "SharePoint Online")),
    "00000004-0000-0ff1-ce00-000000000000": ("Skype for Business", ("Exchange Online",)),
    "4765445b-32c6-49b0-83e6-1d93765276ca": ("Office portal", ("Exchange Online", "SharePoint Online")),
}


def hints(request: AccessRequest) -> tuple[str, ...]:
    """Return which other services' policies this sign-in may meet as well."""
    found = []
    for app in request.apps:
        if app.lower() in EARLY_BOUND:
            name, services = EARLY_BOUND[app.lower()]
            found.append(f"{name} signs in to {', '.join(services)} as well: policies on these are not part of this answer")
    return tuple(found)
