"""Pages of the site that stand elsewhere in the repository: each has one source, and links lead to its page."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from scripts.perspectives_page import perspectives_page

ROOT = Path(__file__).parents[1]
PAGES = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "DATA_DICTIONARY.md": "data-dictionary.md",
    "PRIVACY.md": "privacy.md",
    "SECURITY.md": "security.md",
    "deploy/README.md": "deploying.md",
}
"""Source in the repository, and page of the site."""
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand outside docs/, and the one that the registry of perspectives writes."""
    files.append(File.generated(config, "perspectives.md", content=perspectives_page()))
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Point links, which are relative to the file in the repository, to pages of the site."""
    sources = {made: source for source, made in PAGES.items()}
    folder = posixpath.dirname(sources.get(page.file.src_uri, f"docs/{page.file.src_uri}"))

    def on_the_site(link: re.Match[str]) -> str:
        target = link[2]
        if "://" in target or target.startswith("mailto:"):
            return link[0]
        path = posixpath.normpath(posixpath.join(folder, target))
        return link[1] + PAGES.get(path, path.removeprefix("docs/")) + link[3]

    return _LINK.sub(on_the_site, markdown)
