from django.urls import path

from docflow.accounts.pages import entrance, keys, members

urlpatterns = [
    path("", entrance.start, name="accounts-start"),
    path("sign-in", entrance.SignIn.as_view(), name="account_login"),
    path("sign-out", entrance.SignOut.as_view(), name="account_logout"),
    path("o/<slug:org>/keys", keys.listing, name="accounts-key-list"),
    path("o/<slug:org>/keys/new", keys.new, name="accounts-key-create"),
    path("o/<slug:org>/keys/<uuid:uuid>/revoke", keys.revoke, name="accounts-key-revoke"),
    path("o/<slug:org>/members", members.listing, name="accounts-member-list"),
]
