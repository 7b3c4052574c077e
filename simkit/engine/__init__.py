"""Time passes: two engines with one meaning, and the ledger they write."""
