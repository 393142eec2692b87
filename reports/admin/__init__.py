"""The staff pages of reports; mounted by the site at `admin:reports_…`."""

from reports.admin.exports import export
from reports.admin.figures import figures

__all__ = ["export", "figures"]
