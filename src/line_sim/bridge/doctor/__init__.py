"""What is wrong with an install, in the order of the guide's troubleshooting, and its mend."""
