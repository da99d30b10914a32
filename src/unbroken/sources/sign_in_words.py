"""Words of the sign-in log in the spelling of Microsoft Graph, whatever form they came in."""

from __future__ import annotations

_GRAPH_WORDS = (
    *("success", "failure", "notApplied", "notEnabled", "unknown"),
    *("reportOnlySuccess", "reportOnlyFailure", "reportOnlyNotApplied", "reportOnlyInterrupted"),
    *("none", "b2bCollaboration", "b2bDirectConnect", "microsoftSupport", "serviceProvider", "passthrough"),
    *("primaryRefreshToken", "saml11", "saml20", "remoteDesktopToken", "refreshToken"),
    *("oAuth2", "ropc", "wsFederation", "wsTrust", "deviceCode", "deviceCodeFlow", "authenticationTransfer"),
    *("refreshTokenGrant", "prtGrant", "onBehalfOf", "singleFactorAuthentication", "multiFactorAuthentication"),
    *("low", "medium", "high", "hidden", "member", "guest"),
)


def _squashed(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


KNOWN_WORDS = {_squashed(word): word for word in _GRAPH_WORDS}
"""Word without case, blanks and hyphens -> Graph's spelling (enumerations of the signIn resource, Graph beta)."""

CONDITIONAL_ACCESS_STATUS = {"0": "success", "1": "failure", "2": "notApplied"}
"""Where the log gives a number (Microsoft Defender XDR, table EntraIdSignInEvents, `ConditionalAccessStatus`)."""


def known_word(text: str) -> str | None:
    """Return Graph's spelling of a word (`Not Applied` -> `notApplied`), None when it is none of Graph's."""
    return KNOWN_WORDS.get(_squashed(text))


class Words(dict[str, str]):
    """Remembers the Graph spelling of every word seen; what is not known is kept as it is."""

    def __missing__(self, text: str) -> str:
        """Look a new word up."""
        value = known_word(text) or text
        if len(self) < 100_000:
            self[text] = value
        return value


WORDS = Words({"": ""})
