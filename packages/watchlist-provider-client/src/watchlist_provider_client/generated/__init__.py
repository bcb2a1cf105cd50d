"""What openapi-python-client writes from each provider's document: change the document instead."""
