"""From a failing history to the shortest one that still fails: events are taken out as long as the fault stays."""

from collections.abc import Callable

from tests.faults.torture.plan import Plan


def shortest(plan: Plan, fails: Callable[[Plan], bool], tries: int) -> Plan:
    """Delta debugging over the events, halves first; stops after `tries` histories."""
    parts = 2
    while tries > 0 and len(plan.events) > 1:
        size = -(-len(plan.events) // parts)
        for start in range(0, len(plan.events), size):
            fewer = plan.without([*plan.events[:start], *plan.events[start + size :]])
            tries -= 1
            if fails(fewer):
                plan, parts = fewer, max(parts - 1, 2)
                break
            if tries <= 0:
                return plan
        else:
            if size == 1:
                return plan
            parts = min(parts * 2, len(plan.events))
    return plan
