"""Microsoft's nouns as frozen values: policies, users, groups, locations, strengths, sign-ins, the snapshot of a tenant."""
