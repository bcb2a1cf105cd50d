"""The shapes that leave: what a client sees is declared here in http, whatever the core calls it.

They are msgspec structs: making one costs a tenth of an attrs class, and lists make many.
"""

from msgspec import Struct

__all__ = ["Answer"]


class Answer(Struct, frozen=True, gc=False):
    """A JSON object that is answered; the members of a subclass, frozen too, are its members.

    The garbage collector does not look at it, which is safe because it holds no cycles.
    """
