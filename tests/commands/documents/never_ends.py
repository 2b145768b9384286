"""Stands in for the scrubbing process: a file that takes for ever."""

import signal

signal.pause()
