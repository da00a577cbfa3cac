"""LINE's formats: signatures, webhooks, messages, limits and the words of its refusals."""
