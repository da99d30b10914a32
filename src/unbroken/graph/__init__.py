"""Microsoft Graph over HTTP: sign-in, paging, throttling, batches, snapshots of a tenant and its sign-in log."""
