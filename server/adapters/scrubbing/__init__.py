"""Scrubbing: what a family sends becomes a file we wrote ourselves, or is refused with a reason.

The type is read from the content, never from a name. Decoders of images and PDF are the part of the portal most worth
attacking: they run in a process of their own, without secrets, with little memory and time, one file each.
"""

from server.adapters.scrubbing.process import Scrubbed, Scrubber, Unfit

__all__ = ["Scrubbed", "Scrubber", "Unfit"]
