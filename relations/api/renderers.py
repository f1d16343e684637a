"""CSV: flat, with the same columns whatever the rows hold."""

from rest_framework.renderers import BaseRenderer

from relations.exports.tables import csv_lines


class CSVRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        rows = data.get("results", [data])
        return "".join(csv_lines(renderer_context["view"].columns, rows)).encode()
