"""What goes out to customers: what staff send, what is sent by itself, each message once."""
