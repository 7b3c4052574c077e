"""The company's policy as pure functions, one file per system of the handbook."""
