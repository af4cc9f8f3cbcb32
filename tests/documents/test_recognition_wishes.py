"""In which languages and by which engine a document is recognized: profile before project before organization."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from docflow import recognition as wishes
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization, User
from docflow.errors import InputError
from documents import recognition
from documents.models import Document
from documents.operations import profiles, reading
from tests import make
from uploads.operations import projects


@pytest.fixture
def acme(db: None) -> Organization:
    return make.organization("Acme Books")


def wishes_of(document: Document) -> tuple[tuple[str, ...], str]:
    fresh = Document.objects.with_relations().get(pk=document.pk)
    return recognition.languages_of(fresh), recognition.engine_of(fresh)


def test_the_nearest_wish_counts(acme: Organization) -> None:
    document = make.document(acme)
    assert wishes_of(document) == (tuple(settings.OCR_LANGUAGES), "auto")
    Organization.objects.filter(pk=acme.pk).update(languages=["en", "it"], ocr_engine="tesseract")
    assert wishes_of(document) == (("en", "it"), "tesseract")
    project = document.task.upload.project
    projects.change_project(project, {"languages": ["pol", "EN"], "ocr_engine": "paddle"}, COMMAND)
    assert wishes_of(document) == (("pl", "en"), "paddle")
    profile = profiles.create_profile(acme, {"name": "Swedish", "languages": ["sv"]}, COMMAND)
    project.profile = profile
    project.save()
    assert wishes_of(document) == (("sv",), "paddle")
    own = make.upload(acme, languages=["cs"])
    assert wishes_of(own) == (("cs",), "paddle")
    projects.change_project(project, {"languages": [], "ocr_engine": None, "profile_id": None}, COMMAND)
    assert wishes_of(document) == (("en", "it"), "tesseract")
    assert wishes_of(own) == (("cs",), "tesseract")


def test_a_file_is_sent_with_the_language_it_is_written_in_and_read_again_in_it(acme: Organization, collected: None) -> None:
    client = Client()
    client.force_login(make.user("bob@acme.example", acme, "reviewer"))
    address = f"/o/{acme.slug}/uploads"
    shown = client.get(address).content.decode()
    assert '<option value="el">Greek</option>' in shown

    def sent(**wish: str) -> int:
        file = SimpleUploadedFile("a.txt", make.invoice_text(wish.get("languages", "")))
        answer = client.post(address, {"files": [file], **wish}, headers={"accept": "application/json"})
        return int(answer.status_code)

    assert sent(languages="el", ocr_engine="tesseract") == 201
    document = make.read(Document.objects.with_relations().get())
    reading.read_again(document, actor=COMMAND)
    assert wishes_of(document) == (("el",), "tesseract")
    assert sent(languages="", ocr_engine="") == 201
    assert wishes_of(Document.objects.latest("pk")) == (tuple(settings.OCR_LANGUAGES), "auto")
    assert sent(languages="klingon") == sent(ocr_engine="quill") == 422
    assert Document.objects.count() == 2


@pytest.mark.parametrize(
    "values",
    [{"languages": "en"}, {"languages": ["klingon"]}, {"languages": [3]}, {"languages": None}, {"ocr_engine": "quill"},
     {"languages": list(wishes.LANGUAGES)[:11]}],
)  # fmt: skip
def test_a_wish_that_nobody_can_grant_is_refused(acme: Organization, values: dict[str, object]) -> None:
    with pytest.raises(InputError) as refusal:
        projects.change_project(projects.default_of(acme), values, COMMAND)
    assert refusal.value.faults[0].field == next(iter(values))


def test_a_language_is_known_by_two_letters_and_by_three() -> None:
    asked = ("de", "DEU", "nb", "zh", "chi_sim", "xx", "", None)
    assert [wishes.code_of(each) for each in asked] == ["de", "de", "no", "zh", "zh", None, None, None]


def test_an_operator_chooses_languages_and_is_told_which_tesseract_lacks(acme: Organization, collected: None) -> None:
    olga: User = make.user("olga@acme.example", acme, operator=True)
    client = Client()
    client.force_login(olga)
    address = f"/admin/accounts/organization/{acme.pk}/change/"
    shown = client.get(address).content.decode()
    assert "English</label>" in shown
    lacking = [name for name, tesseract in wishes.LANGUAGES.values() if tesseract not in wishes.installed()]
    assert lacking
    assert f"{lacking[0]} (Tesseract: not installed)" in shown
    form = {
        "name": acme.name, "plan": acme.plan_id, "duplicate_policy": "flag", "languages": ["en", "pl"],
        "ocr_engine": "tesseract",
        "license_expires_at_0": "", "license_expires_at_1": "", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    acme.refresh_from_db()
    assert (acme.languages, acme.ocr_engine) == (["en", "pl"], "tesseract")
