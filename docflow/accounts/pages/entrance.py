"""The way in and out: the start address, sign-in, sign-out."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from docflow.accounts.models import Organization


class SignIn(LoginView):
    """E-mail and password; the same words for an unknown address and a wrong password."""

    template_name = "accounts/sign_in.html"


class SignOut(LogoutView):
    """By POST only; the browser forgets what it cached of page images."""

    http_method_names = ["post"]

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        answer: HttpResponse = super().post(*args, **kwargs)
        answer["Clear-Site-Data"] = '"cache"'
        return answer


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """To sign-in, or to the Inbox of the first organization."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    organization = Organization.objects.of_member(request.user).first()
    if organization is None:
        return render(request, "accounts/nowhere.html")
    return redirect(f"/o/{organization.slug}/inbox")
