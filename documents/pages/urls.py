from django.urls import path

from documents.pages import contacts, endpoints, images, inbox, layouts, review

ORG = "o/<slug:org>"
DOCUMENT = f"{ORG}/documents/<uuid:uuid>"

urlpatterns = [
    path(f"{ORG}/inbox", inbox.inbox, name="documents-inbox"),
    path(f"{ORG}/inbox/arrivals", inbox.counts, name="documents-inbox-arrivals"),
    path(f"{ORG}/inbox/start", inbox.start, name="documents-inbox-start"),
    path("documents/<uuid:uuid>", review.short_link, name="documents-document-link"),
    path(DOCUMENT, review.review, name="documents-document-review"),
    path(f"{DOCUMENT}/contact", review.contact, name="documents-document-contact"),
    path(f"{DOCUMENT}/reading", review.reading, name="documents-document-reading"),
    path(f"{DOCUMENT}/review.json", endpoints.data, name="documents-document-data"),
    path(f"{DOCUMENT}/fields/<str:key>", endpoints.field, name="documents-field-change"),
    path(f"{DOCUMENT}/lines", endpoints.lines, name="documents-lines-change"),
    path(f"{DOCUMENT}/decision", endpoints.decision, name="documents-document-decide"),
    path(f"{DOCUMENT}/next", endpoints.following, name="documents-document-next"),
    path(f"{DOCUMENT}/lock", endpoints.lock, name="documents-review-lock"),
    path(f"{DOCUMENT}/lock/release", endpoints.release, name="documents-review-release"),
    path(f"{DOCUMENT}/pages/<int:number>.webp", images.image, name="documents-page-image"),
    path(f"{DOCUMENT}/pages/<int:number>-thumb.webp", images.thumb, name="documents-page-thumb"),
    path(f"{DOCUMENT}/pages/<int:number>/words", images.words, name="documents-page-words"),
    path(f"{DOCUMENT}/searchable.pdf", images.searchable_pdf, name="documents-document-searchable"),
    path(f"{DOCUMENT}/original", images.original, name="documents-document-original"),
    path(f"{DOCUMENT}/forget", layouts.forget, name="documents-lesson-forget"),
    path(f"{ORG}/layouts", layouts.listing, name="documents-layout-list"),
    path(f"{ORG}/layouts/<int:pk>", layouts.one, name="documents-layout-show"),
    path(f"{ORG}/layouts/<int:pk>/switch", layouts.switch, name="documents-layout-switch"),
    path(f"{ORG}/layouts/<int:pk>/delete", layouts.delete, name="documents-layout-delete"),
    path(f"{ORG}/contacts", contacts.listing, name="documents-contact-list"),
    path(f"{ORG}/contacts/new", contacts.new, name="documents-contact-create"),
    path(f"{ORG}/contacts/<int:pk>", contacts.one, name="documents-contact-show"),
]
