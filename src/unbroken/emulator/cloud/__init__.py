"""Microsoft Graph and the sign-in service as far as unbroken needs them, for one made-up tenant. Pure but for `web` and `running`."""
