"""The people of an organization."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from docflow.accounts.models import Membership
from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, member_page


@member_page(Role.ADMIN)
def listing(request: MemberRequest) -> HttpResponse:
    people = Membership.objects.filter(organization=request.organization).select_related("user").order_by("user__email")
    return render(request, "accounts/members.html", {"page": Paginator(people, 50).get_page(request.GET.get("page"))})
