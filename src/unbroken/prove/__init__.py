"""What holds for every sign-in that can be: value classes, region algebra, properties, counterexamples, differences."""
