"""What is odd about a deadline, in words.

What comes back on most sessions of a weekday is a habit of the rule, told once; the rest marks its week as unusual.
"""
