"""The application registrations `unbroken` needs: manifests, and the steps an administrator takes once."""

from __future__ import annotations

from typing import Any

from unbroken.graph.clouds import Cloud
from unbroken.graph.permissions import ASSESS, ENFORCE, PERMISSIONS

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph itself, in every tenant."""
IDENTITIES = {"assess": ASSESS, "enforce": ENFORCE}
_REDIRECT = "http://localhost"
"""Where the browser hands over the code when a person signs in; msal listens there on any port."""
_ROLES = "give the person who signs in a reading role as well: Global Reader, or Security Reader with Reports Reader"


def manifest(identity: str, *, delegated: bool) -> dict[str, Any]:
    """Return the body of `POST /applications` for an identity: application permissions, or a person's delegated ones."""
    names = IDENTITIES[identity]
    access = [_access(name, delegated=delegated) for name in names]
    public = {"publicClient": {"redirectUris": [_REDIRECT]}, "isFallbackPublicClient": True} if delegated else {}
    return {
        "displayName": f"unbroken {identity}",
        "signInAudience": "AzureADMyOrg",
        "requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}],
        **public,
    }


def _access(name: str, *, delegated: bool) -> dict[str, str]:
    permission = PERMISSIONS[name]
    return {"id": permission.scope, "type": "Scope"} if delegated else {"id": permission.role, "type": "Role"}


def consent_address(cloud: Cloud, tenant_id: str, client_id: str) -> str:
    """Return the page where an administrator grants an application its permissions."""
    return f"{cloud.authority}/{tenant_id or 'TENANT-ID'}/adminconsent?client_id={client_id or 'CLIENT-ID'}"


def steps(identity: str, cloud: Cloud, tenant_id: str, client_id: str, *, delegated: bool) -> list[str]:
    """Return what an administrator does once, in order."""
    option, file = " --delegated" if delegated else "", f"unbroken-{identity}.json"
    by_hand = "or by hand in the Entra admin center, App registrations, with the permissions listed"
    proof = (
        "no secret is needed: people sign in with --sign-in device-code or browser"
        if delegated
        else "add a certificate (its private key stays on the machine that runs unbroken); a secret works too, in UNBROKEN_CLIENT_SECRET"
    )
    consent = consent_address(cloud, tenant_id, client_id)
    return [
        f"write the manifest: unbroken connect --register {identity}{option} --manifest {file}",
        f"register it: az rest --method POST --url {cloud.graph}/v1.0/applications --body @{file} ({by_hand})",
        proof,
        f"grant the permissions, as Privileged Role Administrator or Global Administrator: {consent}",
        *([_ROLES] if delegated else []),
        "see what was granted: unbroken connect --tenant-id ... --client-id ...",
    ]
