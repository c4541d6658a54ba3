"""Sites made of generated data, the same each time."""
