"""Import listings, in Wagtail's admin: upload, look at the differences, confirm, read the report."""

from io import BytesIO, StringIO
from pathlib import Path

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from .importers import uploads
from .importers.reports import OUTCOMES, write_lines
from .importers.workbook import explanations, write_csv, write_workbook
from .models import KINDS, ImportRun

# How many listings of each sort a page shows; the report holds all.
MOST_SHOWN = 200
# How often the page of an upload that is worked on looks again.
SECONDS_BETWEEN_LOOKS = 3
WORDS = {
    "created": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "skipped": gettext_lazy("skipped"),
    "refused": gettext_lazy("refused"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "XLSX or CSV, at most 10 MB. Nothing is changed before you confirm."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(uploads.ENDINGS)}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Where the rows come from"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Only for rows that do not say it themselves, as “State training list”. With its id "
            "it tells which listing a row is, so use the same each time. Leave it empty for a "
            "file that was downloaded here."
        ),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.lower() not in uploads.ENDINGS:
            raise forms.ValidationError(
                _("This is neither XLSX nor CSV. Save the table as one of them.")
            )
        if file.size > uploads.MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 10 MB. Split it, or ask an operator to import it.")
            )
        return file


class ForImporters:
    """Views for who may import, with their place in the admin."""

    header_icon = "upload"
    page_title = gettext_lazy("Import listings")

    def dispatch(self, request, *args, **kwargs):
        if not uploads.may_import(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ImportView(ForImporters, WagtailAdminTemplateMixin, FormView):
    """Upload a file; below it what was uploaded lately, and what the columns mean."""

    form_class = UploadForm
    template_name = "catalog/admin/import.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "runs": ImportRun.objects.select_related("uploaded_by").defer("report")[:20],
            "columns": explanations(),
        }

    def form_valid(self, form):
        run = uploads.begin(
            file=form.cleaned_data["file"],
            source=form.cleaned_data["source"].strip(),
            user=self.request.user,
        )
        return redirect("import_run", run.pk)


class RunView(ForImporters, WagtailAdminTemplateMixin, DetailView):
    """One upload: what it would change, how far it is, or what came of it."""

    model = ImportRun
    context_object_name = "run"
    template_name = "catalog/admin/import_run.html"

    def get_page_subtitle(self):
        return self.object.name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("import_listings"), "label": self.page_title},
            {"url": "", "label": self.object.name},
        ]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), **shown(self.object)}

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if self.object.is_working and not self.object.is_stuck:
            response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
        return response

    def post(self, request, pk):
        run = get_object_or_404(ImportRun, pk=pk)
        try:
            if "confirm" in request.POST:
                uploads.confirm(run=run, user=request.user)
            elif "go-on" in request.POST:
                uploads.go_on(run=run)
            elif "discard" in request.POST:
                uploads.discard(run=run)
                messages.success(request, _("“%(name)s” is forgotten.") % {"name": run.name})
                return redirect("import_listings")
        except uploads.NotNow:
            messages.warning(request, _("That was done meanwhile; this is how it stands now."))
        return redirect("import_run", pk)


def shown(run):
    """Return what the page of a run shows of its report."""
    report = run.report
    if not report:
        return {}
    written = {"created": [], "changed": []}
    for row in report["written"]:
        written[row["outcome"]].append(row)
    remarks = {}
    for remark in report["remarks"]:
        remarks.setdefault(remark["what"], []).append(remark)
    kinds = {name: model._meta.verbose_name for name, model in KINDS.items()}
    for row in written["created"]:
        row["kind_name"] = kinds.get(row["kind"], row["kind"])
    return {
        "counts": [(WORDS[name], report["counts"][name], name) for name in OUTCOMES],
        "changed": written["changed"][:MOST_SHOWN],
        "more_changed": max(0, len(written["changed"]) - MOST_SHOWN),
        "created": written["created"][:MOST_SHOWN],
        "more_created": max(0, len(written["created"]) - MOST_SHOWN),
        "remarks": [
            (heading, remarks[what][:MOST_SHOWN], max(0, len(remarks[what]) - MOST_SHOWN))
            for what, heading in REMARKS.items()
            if what in remarks
        ],
        "has_work": bool(written["created"] or written["changed"]),
    }


REMARKS = {
    "refused": gettext_lazy("Refused: these rows change nothing"),
    "double": gettext_lazy("Possible doubles"),
    "note": gettext_lazy("Notes"),
    "skipped": gettext_lazy("Skipped"),
}


class ReportFile(ForImporters, View):
    """The report as CSV."""

    def get(self, request, pk):
        run = get_object_or_404(ImportRun, pk=pk)
        file = StringIO(newline="")
        file.write("\ufeff")
        write_lines(file, run.report.get("lines", []))
        name = slugify(Path(run.name).stem) or "import"
        return download(file.getvalue().encode(), "text/csv; charset=utf-8", f"{name}-report.csv")


class Template(ForImporters, View):
    """An empty file with all columns; the workbook explains them on its second sheet."""

    def get(self, request, suffix):
        if suffix == "csv":
            file = StringIO(newline="")
            file.write("\ufeff")
            write_csv(file, [])
            return download(file.getvalue().encode(), "text/csv; charset=utf-8", "listings.csv")
        book = BytesIO()
        write_workbook(book, [])
        return download(book.getvalue(), XLSX, "listings.xlsx")


def download(content, content_type, name):
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class ImportItem(MenuItem):
    def is_shown(self, request):
        return uploads.may_import(request.user)


ADDRESSES = [
    path("catalog/import/", ImportView.as_view(), name="import_listings"),
    path("catalog/import/listings.csv", Template.as_view(), {"suffix": "csv"}, "import_csv"),
    path("catalog/import/listings.xlsx", Template.as_view(), {"suffix": "xlsx"}, "import_xlsx"),
    path("catalog/import/<int:pk>/", RunView.as_view(), name="import_run"),
    path("catalog/import/<int:pk>/report.csv", ReportFile.as_view(), name="import_report"),
]
