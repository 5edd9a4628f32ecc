"""The guide is whole in every language, names what there is, and can be searched."""

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from lnl_gui.gui.help.guide import CONTROL, GuidePage, folder_of, load_guide, search
from lnl_gui.gui.help.window import HelpWindow
from lnl_gui.gui.shell.actions import ACTIONS
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.util.paths import resource

LANGUAGES = ("en", "de")


def actions_named(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\{([a-z][a-z0-9-]*)\}", text.replace(CONTROL, "")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_name_actions_pictures_and_pages_that_there_are(language: str) -> None:
    folder = resource("guide", language)
    actions = {spec.id for spec in ACTIONS}
    for file in folder.glob("*.md"):
        text = file.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert actions_named(text) <= actions, file
        for target in re.findall(r"\]\(([^)]+)\)", text):
            assert (folder / target).resolve().is_file(), (file, target)


def test_languages_have_the_same_pages_which_name_the_same_actions() -> None:
    english, german = (
        {file.name: actions_named(file.read_text("utf-8")) for file in folder_of(code).glob("*.md")}
        for code in LANGUAGES
    )
    assert english and english == german


def test_a_language_without_pages_shows_the_english_ones() -> None:
    assert folder_of("xx") == folder_of("en")


def test_the_words_of_the_buttons_stand_in_the_pages() -> None:
    pages = load_guide("en", lambda identifier: (identifier.upper(), "F9"))
    review = next(page for page in pages if page.name == "03-review.md")
    assert "**ACCEPT** (`F9`)" in review.text and "{" not in review.text


def test_a_search_finds_words_and_puts_headings_first() -> None:
    pages = (
        GuidePage("a", "Way", "# Way\nthe **noise** is [here](b.md)"),
        GuidePage("b", "Noise", "# Noise\nrates"),
        GuidePage("c", "End", "# End\n"),
    )
    assert [page.name for page in search(pages, "NOISE")] == ["b", "a"]
    assert [page.name for page in search(pages, "noise here")] == ["a"]
    # What a link leads to is no word of the page.
    assert search(pages, "md") == []
    assert len(search(pages, " ")) == 3


@pytest.fixture
def guide(qtbot: QtBot, window: MainWindow) -> HelpWindow:
    assert window.page is not None
    qtbot.keyClick(window.page.grid, Qt.Key.Key_F1)
    found = window.findChild(HelpWindow)
    assert found is not None and found.isVisible()
    return found


def test_f1_shows_the_guide_and_links_lead_on(guide: HelpWindow) -> None:
    assert "The way through" in guide.browser.toPlainText()
    guide.browser.anchorClicked.emit(QUrl("09-numbers.md"))
    assert "What the numbers mean" in guide.browser.toPlainText()
    # Only pages: nothing outside is opened.
    guide.browser.anchorClicked.emit(QUrl("https://example.org"))
    assert "What the numbers mean" in guide.browser.toPlainText()


def test_pictures_are_drawn(guide: HelpWindow) -> None:
    kind = int(QTextDocument.ResourceType.ImageResource.value)
    picture = guide.browser.loadResource(kind, QUrl("../way.svg"))
    assert not QImage.fromData(picture).isNull()


def test_typing_finds_pages_and_marks_the_words(qtbot: QtBot, guide: HelpWindow) -> None:
    qtbot.keyClicks(guide.field, "kappa")
    titles = [guide.list.item(place).text() for place in range(guide.list.count())]
    assert titles == ["When it is enough", "Working in a team", "What the numbers mean"]
    assert len(guide.browser.extraSelections()) >= 1
    qtbot.keyClicks(guide.field, "xyz")
    assert guide.list.count() == 0 and guide.nothing.isVisible()


def test_keys_that_were_changed_stand_in_the_guide(window: MainWindow) -> None:
    window.show_help()
    window.action_table.set_keys({"accept": ("Y",)})
    window.settings.preferences_changed.emit()
    window.action_table.set_keys({"accept": ("Y",)})
    window.show_help()
    found = [each for each in window.findChildren(HelpWindow) if each.isVisible()]
    assert len(found) == 1
    found[0].show_page("03-review.md")
    assert "Accept (Y)" in found[0].browser.toPlainText()
