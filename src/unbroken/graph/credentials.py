"""Access tokens by every way of signing in, through msal; the emulator's own by one plain request."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unbroken.graph.connection import msal_session
from unbroken.graph.failures import SignInRefused
from unbroken.graph.redaction import redacted
from unbroken.graph.sign_in import SignIn, Way
from unbroken.graph.token_cache import RememberedTokens, system_keyring

if TYPE_CHECKING:
    from unbroken.graph.client import Tokens

Told = Callable[[str], None]
"""Called with a line for the person who signs in."""
BROWSER_SECONDS = 900
"""How long a person may take, as with a device code."""
_REMEDIES = {
    "AADSTS7000215": "the client secret is wrong: the value is needed, not its id",
    "AADSTS7000222": "the client secret has expired: add a new one to the application",
    "AADSTS700027": "the certificate is not one of the application's: upload its public part",
    "AADSTS700016": "the application is not in this tenant: check --client-id and --tenant-id",
    "AADSTS90002": "there is no such tenant in this cloud: check --tenant-id and --cloud",
    "AADSTS65001": "consent is missing: unbroken connect --register says how to give it",
    "AADSTS7000218": "the application is no public client: allow public client flows, or sign in with certificate or secret",
    "AADSTS53003": "a Conditional Access policy blocks this sign-in: sign in from where it is allowed, or with a certificate",
    "AADSTS50199": "confirm the sign-in in the browser",
}
_OTHERWISE = "check --tenant-id, --client-id and --cloud, and the application's registration"


class MsalTokens:
    """Tokens of one msal client, asked for by one thread at a time."""

    def __init__(self) -> None:
        """Have no token yet."""
        self._lock = threading.Lock()

    def token(self, refused: str = "") -> str:
        """Return an access token other than `refused`; raise `SignInRefused`."""
        with self._lock:
            try:
                result = self._ask(refused)
            except SignInRefused:
                raise
            except (OSError, ValueError) as error:  # requests' errors are OSErrors
                raise SignInRefused(
                    f"signing in: {redacted(str(error))[:300]}", remedy="check the network, --tenant-id and --cloud"
                ) from error
        return _token_in(result)

    @abstractmethod
    def _ask(self, refused: str) -> dict[str, Any]:
        """Return msal's answer."""


class ApplicationTokens(MsalTokens):
    """Tokens of an application with a secret or certificate: application permissions."""

    def __init__(self, sign_in: SignIn, http_client: Any = None) -> None:  # noqa: ANN401 -- a session of `requests`
        """Read the certificate; raise `SignInRefused` when that is not possible."""
        super().__init__()
        self._sign_in, self._http, self._credential = sign_in, http_client, _credential(sign_in)
        self._client: Any = None

    def _ask(self, refused: str) -> dict[str, Any]:
        if self._client is None:
            from msal import ConfidentialClientApplication  # noqa: PLC0415 -- loaded by whoever signs in

            self._client = ConfidentialClientApplication(
                self._sign_in.client_id,
                client_credential=self._credential,
                http_client=self._http,
                **_where(self._sign_in),
            )
        scopes = [self._sign_in.cloud.scope]
        result: dict[str, Any] = self._client.acquire_token_for_client(scopes)
        if refused and result.get("access_token") == refused:
            self._client.remove_tokens_for_client()
            result = self._client.acquire_token_for_client(scopes)
        return result


class PersonTokens(MsalTokens):
    """Tokens of a person, by device code or browser: delegated permissions, renewed without asking again."""

    def __init__(self, sign_in: SignIn, told: Told, http_client: Any = None, keyring: Any = None) -> None:  # noqa: ANN401 -- as above
        """Remember earlier sign-ins in `keyring`, where there is one."""
        super().__init__()
        self._sign_in, self._told, self._http = sign_in, told, http_client
        account = f"{sign_in.cloud.name}/{sign_in.tenant_id}/{sign_in.client_id}"
        self._kept, self._client = RememberedTokens(account, keyring), None

    def _ask(self, refused: str) -> dict[str, Any]:
        client, scopes = self._msal(), [self._sign_in.cloud.scope]
        result: dict[str, Any] | None = None
        for account in client.get_accounts():
            result = client.acquire_token_silent_with_error(scopes, account, force_refresh=bool(refused))
            if result and "access_token" in result:
                break
        if not result or "access_token" not in result:
            result = self._by_code(client, scopes) if self._sign_in.way is Way.DEVICE_CODE else self._by_browser(client, scopes)
        self._kept.keep()
        return result

    def _msal(self) -> Any:  # noqa: ANN401 -- msal has no types
        if self._client is None:
            from msal import PublicClientApplication  # noqa: PLC0415 -- loaded by whoever signs in

            self._client = PublicClientApplication(
                self._sign_in.client_id, token_cache=self._kept.cache, http_client=self._http, **_where(self._sign_in)
            )
        return self._client

    def _by_browser(self, client: Any, scopes: list[str]) -> dict[str, Any]:  # noqa: ANN401 -- as above
        import webbrowser  # noqa: PLC0415 -- as above

        try:
            webbrowser.get()
        except webbrowser.Error as error:
            raise SignInRefused("there is no browser on this machine", remedy="sign in with --sign-in device-code") from error
        self._told("sign in with the browser that opens")
        return dict(client.acquire_token_interactive(scopes, timeout=BROWSER_SECONDS))

    def _by_code(self, client: Any, scopes: list[str]) -> dict[str, Any]:  # noqa: ANN401 -- as above
        flow = client.initiate_device_flow(scopes)
        if "user_code" not in flow:
            return dict(flow)
        self._told(str(flow.get("message") or f"open {flow.get('verification_uri')} and enter {flow['user_code']}"))
        return dict(client.acquire_token_by_device_flow(flow))


class ManagedIdentityTokens(MsalTokens):
    """Tokens of the machine's own identity in Azure."""

    def __init__(self, sign_in: SignIn, http_client: Any = None) -> None:  # noqa: ANN401 -- as above
        """`client_id` names a user-assigned identity; without it the system-assigned one is meant."""
        super().__init__()
        from msal import ManagedIdentityClient, SystemAssignedManagedIdentity, UserAssignedManagedIdentity  # noqa: PLC0415 -- as above

        if http_client is None:
            from requests import Session  # noqa: PLC0415 -- comes with msal

            http_client = Session()
        of = UserAssignedManagedIdentity(client_id=sign_in.client_id) if sign_in.client_id else SystemAssignedManagedIdentity()
        self._client, self._resource = ManagedIdentityClient(of, http_client=http_client), sign_in.cloud.graph

    def _ask(self, refused: str) -> dict[str, Any]:
        result: dict[str, Any] = self._client.acquire_token_for_client(resource=self._resource)
        if refused and result.get("access_token") == refused:
            raise SignInRefused(
                "Graph refuses the token of the managed identity", remedy="wait until it is renewed, and check its permissions"
            )
        return result


def tokens_for(sign_in: SignIn, told: Told) -> Tokens:
    """Return the tokens that `sign_in` gives; `told` gets the line with the device code. Nothing is asked for yet.

    Raises:
        WrongUsage: something is missing that this way needs.
        SignInRefused: the certificate cannot be read.
    """
    sign_in.check()
    if sign_in.way is Way.EMULATOR:
        from unbroken.graph.emulator_tokens import EmulatorTokens  # noqa: PLC0415 -- the only way without msal

        return EmulatorTokens(sign_in)
    if sign_in.way is Way.MANAGED_IDENTITY:
        return ManagedIdentityTokens(sign_in)
    session = msal_session(sign_in.cloud.authority)
    if sign_in.way in {Way.SECRET, Way.CERTIFICATE}:
        return ApplicationTokens(sign_in, session)
    return PersonTokens(sign_in, told, session, system_keyring())


def _where(sign_in: SignIn) -> dict[str, Any]:
    """Return the authority for msal; an emulator's is not one that Microsoft could vouch for."""
    vouched = {"instance_discovery": False} if sign_in.cloud.emulated else {}
    return {"authority": f"{sign_in.cloud.authority}/{sign_in.tenant_id}", **vouched}


def _credential(sign_in: SignIn) -> str | dict[str, str]:
    """Return the secret, or the certificate as msal takes it."""
    if sign_in.certificate is None:
        return sign_in.secret
    try:
        data = sign_in.certificate.read_bytes()
    except OSError as error:
        raise SignInRefused(f"{sign_in.certificate}: {error.strerror}", remedy="name a PEM or PFX file with --certificate") from error
    protected = {"passphrase": sign_in.passphrase} if sign_in.passphrase else {}
    if b"-----BEGIN" not in data:
        return {"private_key_pfx_path": str(sign_in.certificate), **protected}
    pem = data.decode("ascii", "replace")
    if "PRIVATE KEY-----" not in pem or "BEGIN CERTIFICATE-----" not in pem:
        raise SignInRefused(f"{sign_in.certificate} lacks the certificate or the private key", remedy="put both into one PEM file")
    return {"private_key": pem, "public_certificate": pem, **protected}


def _token_in(result: dict[str, Any]) -> str:
    token = result.get("access_token")
    if isinstance(token, str) and token:
        return token
    said = redacted(" ".join(f"{result.get('error') or 'no token'} {result.get('error_description') or ''}".split()))[:300]
    remedy = next((remedy for code, remedy in _REMEDIES.items() if f"{code}:" in said), _OTHERWISE)
    raise SignInRefused(f"signing in was refused: {said}", remedy=remedy)
