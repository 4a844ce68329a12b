"""What the API is, told once: the OpenAPI document and the page for developers are made of it."""
