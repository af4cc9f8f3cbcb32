"""How Django's forms look and speak in our pages."""

from __future__ import annotations

from typing import TypeVar

from django import forms

from docflow.errors import InputError

AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)


def style(form: AnyForm) -> AnyForm:
    """Gives each control the class of its component."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.Select):
            widget.attrs.setdefault("class", "select")
        elif not isinstance(
            widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect | forms.HiddenInput
        ):
            widget.attrs.setdefault("class", "input")
    return form


def add_faults(form: forms.BaseForm, error: InputError) -> None:
    """Puts each fault at its field, or above the form when no field has that name."""
    for fault in error.faults:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
