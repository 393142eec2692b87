from reports.forms.export import CategoryField, DayFilter, ExportFilter, midnight
from reports.forms.figures import FiguresForm

__all__ = ["CategoryField", "DayFilter", "ExportFilter", "FiguresForm", "midnight"]
