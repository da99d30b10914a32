"""A made-up tenant: people, habits and mistakes, from a seed. Knows nothing of how we evaluate policies."""
