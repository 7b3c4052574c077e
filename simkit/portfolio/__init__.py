"""Who the customers are: synthetic ones, and those of a real receivables ledger."""
