"""Activities, their dated sessions, and the calendar of the town."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from server.accounts.tables import Account


class Site(Table, tablename="site"):
    """Site."""

    id = Serial(primary_key=True)
    name = Varchar(length=120, unique=True, default=None)
    kind = Varchar(length=20, default="school")


class Activity(Table, tablename="activity"):
    """Activity."""

    id = Serial(primary_key=True)
    public_ref = Varchar(length=40, unique=True, default=None, db_column_name="ref")
    name = Varchar(length=120, default=None)
    short = Varchar(length=40, default=None)
    letter = Varchar(length=2, default=None)
    kind = Varchar(length=20, default=None)
    period = Varchar(length=10, default=None)
    position = Integer(default=0)
    starts_at = Varchar(length=5, default=None)
    ends_at = Varchar(length=5, default=None)
    price_cents = Integer(default=None)
    validation = Varchar(length=10, default="at_once")
    cancel_validation = Varchar(length=10, default="at_once")
    late_cancel = Varchar(length=8, default="refused")
    waiting_list = Boolean(default=True)
    units = Text(default="[]")
    book_rule = Text(default=None)
    cancel_rule = Text(default=None)
    opening_rule = Text(default=None)
    absence = Varchar(length=8, default="billed")


class ActivityRule(Table, tablename="activity_rule"):
    """One publication of an activity's rules, for the sessions of `first_day` and after."""

    id = Serial(primary_key=True)
    activity_id = ForeignKey(Activity, null=False)
    number = Integer(default=None)
    first_day = Date(default=None)
    book_rule = Text(default=None)
    cancel_rule = Text(default=None)
    opening_rule = Text(default=None)
    validation = Varchar(length=10, default=None)
    cancel_validation = Varchar(length=10, default=None)
    late_cancel = Varchar(length=8, default=None)
    waiting_list = Boolean(default=None)
    reason = Varchar(length=200, default=None)
    published_by = ForeignKey(Account, null=True)
    published_at = Timestamptz(default=None)


class RuleDraft(Table, tablename="rule_draft"):
    """The rules agents prepare for an activity, before they are published."""

    id = Serial(primary_key=True)
    activity_id = ForeignKey(Activity, null=False, unique=True)
    revision = Integer(default=None)
    base = Integer(default=None)
    book_rule = Text(default=None)
    cancel_rule = Text(default=None)
    opening_rule = Text(default=None)
    validation = Varchar(length=10, default=None)
    cancel_validation = Varchar(length=10, default=None)
    late_cancel = Varchar(length=8, default=None)
    waiting_list = Boolean(default=None)
    saved_by = ForeignKey(Account, null=True)
    saved_at = Timestamptz(default=None)


class Session(Table, tablename="session"):
    """One activity on one day."""

    id = Serial(primary_key=True)
    activity_id = ForeignKey(Activity, null=False)
    day = Date(default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    capacity = Integer(null=True, default=None)
    taken = Integer(default=0)
    next_rank = Integer(default=1)
    closed_reason = Varchar(length=200, null=True, default=None)


class SchoolPeriod(Table, tablename="school_period"):
    """School period."""

    id = Serial(primary_key=True)
    zone = Varchar(length=30, default=None)
    school_year = Varchar(length=9, default=None)
    kind = Varchar(length=40, default=None)
    first_day = Date(default=None)
    last_day = Date(default=None)
    source = Varchar(length=200, default=None)


class PublicHoliday(Table, tablename="public_holiday"):
    """Public holiday."""

    id = Serial(primary_key=True)
    zone = Varchar(length=30, default=None)
    day = Date(default=None)
    name = Varchar(length=80, default=None)


class Closure(Table, tablename="closure"):
    """The town's own: a bridge, a strike, works."""

    id = Serial(primary_key=True)
    activity_id = ForeignKey(Activity, null=True)
    first_day = Date(default=None)
    last_day = Date(default=None)
    reason = Varchar(length=200, default=None)
    created_by = ForeignKey(Account, null=True)
    created_at = Timestamptz(default=None)


class Catalogue(Table, tablename="catalogue"):
    """One row; its version changes with any rule, closure or holiday."""

    id = Integer(primary_key=True, default=None)
    version = Integer(default=None)
    zone = Varchar(length=30, default=None)
    public_holiday_zone = Varchar(length=30, default=None)
    time_zone = Varchar(length=40, default=None)
