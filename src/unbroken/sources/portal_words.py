"""Headers and words of the Entra admin center's sign-in downloads, in the languages a source confirms.

English: headers as third-party importers reproduce them. French and Spanish: headers that several public importers of real
exports agree on; a header no source confirms is not guessed, its fact stays unknown.
"""

from __future__ import annotations

ENGLISH = {
    "date (utc)": "created",
    "request id": "id",
    "user agent": "user_agent",
    "correlation id": "correlation_id",
    "user id": "user_id",
    "user": "user_display_name",
    "username": "user_principal_name",
    "user type": "user_type",
    "cross tenant access type": "cross_tenant_access_type",
    "incoming token type": "incoming_token_type",
    "authentication protocol": "authentication_protocol",
    "original transfer method": "original_transfer_method",
    "application": "app_display_name",
    "application id": "app_id",
    "resource": "resource_display_name",
    "resource id": "resource_id",
    "resource tenant id": "resource_tenant_id",
    "home tenant id": "home_tenant_id",
    "ip address": "ip_address",
    "location": "location",
    "status": "status",
    "sign-in error code": "error_code",
    "failure reason": "failure_reason",
    "client app": "client_app_used",
    "device id": "device_id",
    "browser": "browser",
    "operating system": "operating_system",
    "compliant": "is_compliant",
    "managed": "is_managed",
    "join type": "trust_type",
    "multifactor authentication result": "mfa_result",
    "multifactor authentication auth method": "mfa_method",
    "authentication requirement": "authentication_requirement",
    "session id": "session_id",
    "token issuer type": "token_issuer_type",
    "conditional access": "conditional_access_status",
    "managed identity type": "managed_identity_type",
    "service principal id": "service_principal_id",
}
FRENCH = {
    "date (utc)": "created",
    "id de requête": "id",
    "agent utilisateur": "user_agent",
    "id de corrélation": "correlation_id",
    "identifiant utilisateur": "user_id",
    "utilisateur": "user_display_name",
    "nom d'utilisateur": "user_principal_name",
    "type d'accès client croisée": "cross_tenant_access_type",
    "protocole d'authentification": "authentication_protocol",
    "méthode de transfert d'origine": "original_transfer_method",
    "application": "app_display_name",
    "id d'application": "app_id",
    "ressource": "resource_display_name",
    "adresse ip": "ip_address",
    "emplacement": "location",
    "statut": "status",
    "code d'erreur de connexion": "error_code",
    "raison de l'échec": "failure_reason",
    "application cliente": "client_app_used",
    "id de l'appareil": "device_id",
    "navigateur": "browser",
    "système d'exploitation": "operating_system",
    "conforme": "is_compliant",
    "géré": "is_managed",
    "résultat de l'authentification multifacteur": "mfa_result",
    "méthode d'authentification multifacteur": "mfa_method",
    "exigence d'authentification": "authentication_requirement",
    "id de session": "session_id",
    "accès conditionnel": "conditional_access_status",
}
SPANISH = {
    "fecha (utc)": "created",
    "id. de solicitud": "id",
    "agente de usuario": "user_agent",
    "id. de correlación": "correlation_id",
    "id. de usuario": "user_id",
    "usuario": "user_display_name",
    "nombre de usuario": "user_principal_name",
    "tipo de usuario": "user_type",
    "tipo de acceso entre inquilinos": "cross_tenant_access_type",
    "tipo de token entrante": "incoming_token_type",
    "protocolo de autenticación": "authentication_protocol",
    "método de transferencia original": "original_transfer_method",
    "aplicación": "app_display_name",
    "id. de aplicación": "app_id",
    "recurso": "resource_display_name",
    "id. de recurso": "resource_id",
    "id. de inquilino de recursos": "resource_tenant_id",
    "id. de inquilino inicial": "home_tenant_id",
    "dirección ip": "ip_address",
    "ubicación": "location",
    "estado": "status",
    "código de error de inicio de sesión": "error_code",
    "motivo del error": "failure_reason",
    "aplicación cliente": "client_app_used",
    "id. de dispositivo": "device_id",
    "explorador": "browser",
    "sistema operativo": "operating_system",
    "conforme": "is_compliant",
    "administrada": "is_managed",
    "tipo de unión": "trust_type",
    "resultado de la autenticación multifactor": "mfa_result",
    "método de autenticación de la autenticación multifactor": "mfa_method",
    "requisito de autenticación": "authentication_requirement",
    "id. de sesión": "session_id",
    "tipo de emisor de tokens": "token_issuer_type",
    "acceso condicional": "conditional_access_status",
    "tipo de identidad administrada": "managed_identity_type",
}
LANGUAGES = {
    "English": (ENGLISH, ("username", "service principal id")),
    "French": (FRENCH, ("nom d'utilisateur",)),
    "Spanish": (SPANISH, ("nombre de usuario",)),
}
"""Language -> its headers, and those of which one must be there."""

SUCCESS = {"success", "opération réussie", "correcto"}
TRUTH = {
    **dict.fromkeys(("yes", "true", "oui", "sí"), True),
    **dict.fromkeys(("no", "false", "non"), False),
}
TRANSLATED = {
    "opération réussie": "success",
    "échec": "failure",
    "non appliqué": "notApplied",
    "correcto": "success",
    "error": "failure",
    "no aplicado": "notApplied",
    "authentification multifacteur": "multiFactorAuthentication",
    "authentification à facteur unique": "singleFactorAuthentication",
    "autenticación multifactor": "multiFactorAuthentication",
    "autenticación de un solo factor": "singleFactorAuthentication",
    "membre": "member",
    "invité": "guest",
    "miembro": "member",
    "invitado": "guest",
    "aucun": "none",
    "ninguno": "none",
    "navigateur": "Browser",
    "explorador": "Browser",
    "applications mobiles et clients de bureau": "Mobile Apps and Desktop clients",
    "aplicaciones móviles y clientes de escritorio": "Mobile Apps and Desktop clients",
    "autres clients": "Other clients",
    "otros clientes": "Other clients",
}
"""Words of the French and Spanish portal (Microsoft's localised documentation) -> the log's own."""

CLIENTS = {
    *("browser", "mobile apps and desktop clients", "authenticated smtp", "autodiscover", "exchange activesync"),
    *("exchange online powershell", "exchange web services", "imap4", "imap", "mapi over http", "offline address book"),
    *("outlook anywhere (rpc over http)", "outlook service", "pop3", "pop", "reporting web services", "smtp"),
    *("universal outlook", "other clients", "other clients; older office clients"),
}
"""Names of clients the log writes in English (semantics of the sign-in log, legacy client strings)."""


def header_name(text: str) -> str:
    """Return a header in comparable form: no case, typographic apostrophes, odd or doubled blanks."""
    plain = text.replace("\u2019", "'").replace("\u00a0", " ").replace("\ufeff", "")
    return " ".join(plain.casefold().split())
