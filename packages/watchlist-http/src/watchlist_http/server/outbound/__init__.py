"""The outside services that the server talks to, each with one that serves in development."""
