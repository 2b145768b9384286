"""Writes about documents: what is put down, checked, judged, asked for, taken back."""
