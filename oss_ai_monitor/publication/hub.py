"""A dataset on the Hub: publish into it by one commit, through the Hub's own client."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ..sources.endpoint import address, public_address, reachable
from .manifest import NAME, Manifest, PublicationError, Refused, read
from .staging import Staged

if TYPE_CHECKING:
    from huggingface_hub import HfApi

PREFIX = "hf://"
ABSENT = frozenset({401, 403, 404})
"""What the Hub answers for a dataset that is not there, or that a token may not read; the commit then says so."""
_ADDRESS = re.compile(r"hf://datasets/([\w.\-]{1,96}/[\w.\-]{1,96})/?", re.ASCII)


def repository(text: str) -> str:
    """Return the name of the dataset in hf://datasets/ORG/NAME. Raises PublicationError."""
    match = _ADDRESS.fullmatch(text)
    if not match or not all(step.strip(".") for step in match[1].split("/")):  # points alone lead out of the datasets
        raise PublicationError(f"{text[:200]} names no dataset on the Hub: expected hf://datasets/ORG/NAME")
    return match[1]


class HubTarget:
    """A dataset, whose main branch is what readers see: one commit replaces all of it."""

    def __init__(self, text: str) -> None:
        self.name = repository(text)
        self.endpoint = reachable()
        self.address = public_address(self.endpoint, f"datasets/{self.name}")

    def manifest(self) -> Manifest | None:
        """Return what is published now; None if nothing is. Raises PublicationError where it cannot be read.

        A commit removes what the manifest before it names: what cannot be read is not taken for nothing, else files
        with owners who are left out now would stay.
        """
        content = self.document(NAME)
        if content is None:
            return None
        try:
            return read(content)
        except Refused as error:
            raise PublicationError(
                f"{self.address} was not changed: its {NAME} cannot be read ({error}), so nobody knows which of its "
                f"files 'publish' wrote; remove {NAME} and tables/ there, and publish again"
            ) from error

    def document(self, name: str) -> bytes | None:
        """Return a document of what is published now; None if there is none. Raises PublicationError."""
        import requests

        token = os.environ.get("HF_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        path = address(self.endpoint, f"datasets/{self.name}/resolve/main/{name}")
        try:
            answer = requests.get(path, headers=headers, timeout=60)
        except requests.RequestException as error:
            raise PublicationError(f"{self.address} does not answer ({type(error).__name__}); try again") from error
        if answer.status_code == requests.codes.ok:
            return answer.content
        if answer.status_code in ABSENT:
            return None
        raise PublicationError(
            f"{self.address} was not changed: {name} is answered with {answer.status_code}; try again later"
        )

    def require_ours(self) -> None:
        """Nothing is refused: a commit removes only what the manifest before it names, and can be undone."""

    def damage(self, manifest: Manifest) -> str:  # noqa: ARG002 - of the protocol
        """Return "": the Hub stores files by their checksums."""
        return ""

    def finish(self, manifest: Manifest) -> None:
        """Nothing is left to do: the commit that names what is published removes the rest."""

    def publish(self, staged: Staged) -> None:
        """Upload what is new, and make it visible by one commit. Raises PublicationError."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete
        from huggingface_hub.errors import HfHubHTTPError
        from huggingface_hub.utils import disable_progress_bars

        disable_progress_bars()  # a bar for each file is no help in a log
        api = self._api()
        before = self.manifest()
        old = {file.path: file.sha256 for file in before.files} if before else {}
        new = {file.path: file.sha256 for file in staged.manifest.files}
        operations = [
            CommitOperationAdd(path_in_repo=path, path_or_fileobj=staged.folder / path)
            for path in [*(path for path, digest in new.items() if old.get(path) != digest), NAME]
        ]
        removed = [CommitOperationDelete(path_in_repo=path) for path in sorted(old.keys() - new.keys())]
        try:
            api.create_repo(self.name, repo_type="dataset", exist_ok=True)
            parent = api.dataset_info(self.name).sha
            api.create_commit(
                self.name,
                [*operations, *removed],
                commit_message=f"Publish {staged.manifest.id}",
                repo_type="dataset",
                parent_commit=parent if before else None,
            )
        except (HfHubHTTPError, OSError, RuntimeError, ValueError) as error:
            reason = " ".join(f"{error} {error.__cause__ or ''}".split())[:300]
            raise PublicationError(
                f"{self.address} was not changed ({reason}); HF_TOKEN must be a token that "
                "may write to it, and what was uploaded is not uploaded again"
            ) from error

    def _api(self) -> HfApi:
        from huggingface_hub import HfApi

        return HfApi(endpoint=self.endpoint, token=os.environ.get("HF_TOKEN"))
