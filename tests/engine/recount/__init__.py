"""The handbook counted a second time, day by day, with the same luck: what an engine's tables must say.

No event queue, no closed forms: every function takes the tables as they are, goes through the days of one customer,
one line or one office, and returns what should have happened. The random draws, the scalar PD functions and the
customers of the portfolio are taken as given (they have tests of their own).
"""

from tests.engine.recount.tables import Recount

__all__ = ["Recount"]
