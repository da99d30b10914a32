"""The whole of it on a tenant that can be broken: read, foretold, proved, and then switched on to see who was right."""
