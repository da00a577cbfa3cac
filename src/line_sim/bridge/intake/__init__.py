"""What LINE delivers: checked, stored with what it causes in one transaction, then confirmed."""
