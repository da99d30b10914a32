"""The clouds that have a Microsoft Graph of their own; tokens of one are worth nothing in another.

Source: Microsoft Graph documentation, concepts/deployments.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where Graph and the token endpoint of one cloud are: addresses without a slash at the end."""

    name: str
    graph: str
    authority: str
    audience: str = ""
    """What a token for Graph is made out to, where that is not Graph's address."""

    @property
    def scope(self) -> str:
        """Return the scope that stands for every permission the application was granted."""
        return f"{self.audience or self.graph}/.default"

    @property
    def emulated(self) -> bool:
        """Return whether this is no cloud of Microsoft's but an emulator."""
        return self.name == EMULATOR


EMULATOR = "emulator"
CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud("global", "https://graph.microsoft.com", "https://login.microsoftonline.com"),
        Cloud("us-government", "https://graph.microsoft.us", "https://login.microsoftonline.us"),
        Cloud("us-dod", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
        Cloud("china", "https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
    )
}
"""`us-government` is GCC High; GCC lives in the global cloud."""


def emulator_at(url: str) -> Cloud:
    """Return the cloud that an emulator at `url` makes up: it is both Graph and token endpoint."""
    address = url.rstrip("/")
    return Cloud(EMULATOR, address, address, CLOUDS["global"].graph)
