"""What the family's screens and the commands read: squares, their deadlines, verdicts, answers, absences."""
