"""What a customer may ask for, and the law: a copy of what is held of them, and its end."""
