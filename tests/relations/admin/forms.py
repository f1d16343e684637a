"""Reads the form a page shows as a browser would send it back, so that a test alters only what it is about."""

from html.parser import HTMLParser

from django.urls import reverse


def url(model, name: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


class _Form(HTMLParser):
    def __init__(self, form_id: str):
        super().__init__()
        self.form_id, self.inside, self.data = form_id, False, {}
        self.select = self.area = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside:
            return
        if tag == "select":
            self.select = name
            self.many = "multiple" in attrs
            self.data[name] = [] if self.many else ""
        elif tag == "option" and self.select and "selected" in attrs:
            if self.many:
                self.data[self.select].append(attrs.get("value", ""))
            else:
                self.data[self.select] = attrs.get("value", "")
        elif tag == "textarea":
            self.area, self.data[name] = name, ""
        elif tag == "input" and name and attrs.get("type") not in ("submit", "button"):
            if attrs.get("type") == "checkbox" and "checked" not in attrs:
                return
            self.data[name] = attrs.get("value", "on" if attrs.get("type") == "checkbox" else "")

    def handle_data(self, data):
        if self.area:
            self.data[self.area] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            # A browser drops the line break that Django writes after the opening tag.
            self.data[self.area] = self.data[self.area].removeprefix("\n").removeprefix("\r\n")
            self.area = None
        elif tag == "form":
            self.inside = False


def form_of(response, model) -> dict:
    """What a browser would send if the form of this page were submitted untouched."""
    parser = _Form(f"{model._meta.model_name}_form")
    parser.feed(response.content.decode())
    assert parser.data, "the page has no such form"
    return {name: value for name, value in parser.data.items() if "__prefix__" not in name}


def errors_of(response) -> dict[str, list[str]]:
    """Every error the page of a refused form shows, by field; those of a row by its prefix and field."""
    form = response.context["adminform"].form
    found = {name: list(map(str, texts)) for name, texts in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        if formset.non_form_errors():
            found[formset.prefix] = list(map(str, formset.non_form_errors()))
        for row in formset.forms:
            for name, texts in row.errors.items():
                found[row.add_prefix(name)] = list(map(str, texts))
    return found


def confirm(desk, page: str, **data):
    """Look at a page that asks about what is stored, an earlier version or a deletion, and answer it."""
    return desk.post(page, {"_made_of": desk.get(page).context["desk_mark"], **data})
