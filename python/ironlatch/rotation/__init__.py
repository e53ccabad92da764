"""Rotation of a live table: its encrypted columns move to the current key while others read and
write them.

See ``docs/rotation.md``.
"""

from ironlatch.rotation._columns import Column as Column
from ironlatch.rotation._columns import Row as Row
from ironlatch.rotation._errors import DatabaseBusy as DatabaseBusy
from ironlatch.rotation._errors import DatabaseLost as DatabaseLost
from ironlatch.rotation._errors import RotationError as RotationError
from ironlatch.rotation._errors import RotationRunning as RotationRunning
from ironlatch.rotation._errors import RotationStopped as RotationStopped
from ironlatch.rotation._errors import WrongTable as WrongTable
from ironlatch.rotation._report import ColumnReport as ColumnReport
from ironlatch.rotation._report import Failure as Failure
from ironlatch.rotation._report import Mode as Mode
from ironlatch.rotation._report import Progress as Progress
from ironlatch.rotation._report import Report as Report
from ironlatch.rotation._report import VersionCount as VersionCount
from ironlatch.rotation._table import rotate_table as rotate_table
from ironlatch.rotation._table import table_status as table_status

__all__ = [
    "Column",
    "ColumnReport",
    "DatabaseBusy",
    "DatabaseLost",
    "Failure",
    "Mode",
    "Progress",
    "Report",
    "RotationError",
    "RotationRunning",
    "RotationStopped",
    "Row",
    "VersionCount",
    "WrongTable",
    "rotate_table",
    "table_status",
]
