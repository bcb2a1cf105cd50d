"""All that must not go missing unnoticed."""

from collections.abc import Sequence
from typing import Final

from tests.faults.account_mutants import ACCOUNT_MUTANTS
from tests.faults.mutants import MUTANTS, Mutant
from tests.faults.own_mutants import OWN_MUTANTS
from tests.faults.registration_mutants import REGISTRATION_MUTANTS

__all__ = ["EVERY_MUTANT"]

EVERY_MUTANT: Final[Sequence[Mutant]] = (
    *MUTANTS,
    *ACCOUNT_MUTANTS,
    *OWN_MUTANTS,
    *REGISTRATION_MUTANTS,
)
