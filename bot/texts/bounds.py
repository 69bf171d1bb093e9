"""What people read who run into a bound: what it is, who set it and when it ends. Nothing else."""

IN_LINE = "Waiting, {before} before you… {seconds} s"
NEXT_IN_LINE = "Waiting, you are next… {seconds} s"
WAITS_FOR_OWN = (
    "Waiting for your other answers: whoever runs me lets me write {most} at once "
    "for each person… {seconds} s"
)
