"""Which child is enrolled in which activity, from when to when."""

from piccolo.columns import Date, ForeignKey, Serial, Varchar
from piccolo.table import Table

from server.activities.tables import Activity
from server.families.tables import Child, Family


class Enrolment(Table, tablename="enrolment"):
    """Enrolment."""

    id = Serial(primary_key=True)
    child_id = ForeignKey(Child, null=False)
    activity_id = ForeignKey(Activity, null=False)
    family_id = ForeignKey(Family, null=False)
    first_day = Date(default=None)
    last_day = Date(default=None)
    unit = Varchar(length=40, default="")
    status = Varchar(length=10, default="accepted")
