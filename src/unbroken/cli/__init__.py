"""The command line: one file per command group; each command is a plain function whose docstring is its help."""
