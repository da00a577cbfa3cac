"""The HTTP API that staff and administrators work by; ``/api/v1/openapi.json`` describes it."""
