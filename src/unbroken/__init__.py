"""unbroken: deploy multifactor authentication across a Microsoft Entra ID tenant without breaking everything."""

__version__ = "0.1.0"
