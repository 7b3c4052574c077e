"""What a ledger says about the world: how customers pay and buy, fitted, matched and checked."""
