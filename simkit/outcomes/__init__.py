"""What happened in a run: the definitions of outcomes, as pure functions on the ledger's tables.

As-of rule: at a date t only receipts dated up to and including t count, and days past due are t - due. A
measure that is undefined (nothing sold, nothing due, no default) is None.
"""
