"""The levers of a policy: what each moves, which way and why, and the small drawn companies in which that is seen."""
