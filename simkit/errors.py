"""Errors whose text is meant for the user."""


class UserError(Exception):
    """Something the user gave is wrong: the text says what, where, and what is allowed.

    The command line prints the text to standard error and exits with code 2; nothing has been written.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of a traceback: the text alone."""
        return [f"{type(self).__name__}: {self}"]
