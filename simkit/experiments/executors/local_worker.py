"""What Dask loads first into each worker of a cluster on this machine."""

import logging
import signal


def dask_setup(_: object) -> None:
    """Leave it to the command to stop and to say why: a terminal interrupts every process of it at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable()
