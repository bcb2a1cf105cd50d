from attrs import define, field

__all__ = ["PlainPasswords"]


@define
class PlainPasswords:
    """Passwords for tests: their hashes cost nothing, hide nothing, and are counted.

    That a limit comes before the hashing shows in `times_hashed`, which stands still then.
    """

    cost: int = 1
    """Hashes of another cost are outdated."""
    times_hashed: int = field(default=0, init=False)
    """How often somebody has waited for a slow hash: to make one, or to verify a password."""

    async def hash(self, password: str) -> str:
        self.times_hashed += 1
        return f"plain${self.cost}${self.times_hashed}${password}"

    async def verify(self, password: str, password_hash: str | None) -> bool:
        self.times_hashed += 1
        if password_hash is None:
            return False
        _, _, _, kept = password_hash.split("$", 3)
        return password == kept

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"plain${self.cost}$")
