"""How customers and reps respond, as pure functions."""
