"""What staff, reports and the command line ask of the store; nothing here writes."""
