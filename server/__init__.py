"""Marelle: a French town's family portal. See the README and docs/ for the plan of the house."""

VERSION = "0.1.0"
