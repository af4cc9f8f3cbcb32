from documents.models.annotation import Annotation, LineItem, ValueSource
from documents.models.contact import Contact, ContactType, Folder
from documents.models.document import Document, Source
from documents.models.einvoice import EInvoice
from documents.models.language_model import LanguageModel, LanguageModelAnswer
from documents.models.learned_layout import Layout, LayoutMark, LayoutUse, Lesson
from documents.models.page import Page, UnfinishedPage
from documents.models.profile import Profile, ProfileTrial, ProfileVersion
from documents.models.review import Review
from documents.models.transition import Transition

__all__ = [
    "Annotation", "Contact", "ContactType", "Document", "EInvoice", "Folder", "LanguageModel", "LanguageModelAnswer", "Layout",
    "LayoutMark", "LayoutUse", "Lesson",
    "LineItem", "Page", "Profile", "ProfileTrial", "ProfileVersion", "Review", "Source", "Transition", "UnfinishedPage",
    "ValueSource",
]  # fmt: skip
