"""Many runs, compared: shards, cache, comparison, frontier."""
