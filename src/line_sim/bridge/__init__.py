"""The reference bridge: LINE Official Accounts connected to a desk whose staff answer people."""
