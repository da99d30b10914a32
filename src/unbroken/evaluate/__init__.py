"""What Conditional Access demands of one sign-in and why (`decide`), and of a whole log (`replay`)."""
