"""What the Hub on loopback answers to who uploads: repositories are created, large files stored, commits made."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import yaml

from tests.hub_datasets import Commit, DatedDataset

LARGE = 1_000
"""Bytes from which on a file is stored apart, as the Hub does with large ones."""


class Uploads:
    """Files that were uploaded and are in no commit yet, by checksum."""

    def __init__(self, datasets: dict[str, DatedDataset]) -> None:
        self.datasets = datasets
        self.stored: dict[str, bytes] = {}
        self.uploaded: list[str] = []
        """The checksum of each file in the order in which they came."""

    def answer(self, method: str, steps: list[str], url: str, body: bytes) -> tuple[int, Any] | None:
        """Return status and content of an answer; None where it is about something else."""
        match method, steps:
            case "POST", ["api", "repos", "create"]:
                request = json.loads(body)
                name = f"{request['organization']}/{request['name']}"
                is_new = name not in self.datasets
                self.datasets.setdefault(name, DatedDataset([Commit(datetime(2026, 1, 1, tzinfo=UTC), {}, "initial")]))
                return (200 if is_new else 409), {"url": f"{url}/datasets/{name}", "id": name}
            case "POST", ["api", "validate-yaml"]:
                yaml.safe_load(json.loads(body)["content"].split("---\n")[1])
                return 200, {"errors": [], "warnings": []}
            case "POST", ["api", "datasets", _, _, "preupload", _]:
                files = [
                    {
                        "path": file["path"],
                        "uploadMode": "lfs" if file["size"] >= LARGE else "regular",
                        "shouldIgnore": False,
                        "oid": None,
                    }
                    for file in json.loads(body)["files"]
                ]
                return 200, {"files": files}
            case "POST", ["datasets", _, _, "info", "lfs", "objects", "batch"]:
                objects = []
                for requested in json.loads(body)["objects"]:
                    upload = {"upload": {"href": f"{url}/lfs/{requested['oid']}"}}
                    objects.append(requested | ({} if requested["oid"] in self.stored else {"actions": upload}))
                return 200, {"transfer": "basic", "objects": objects}
            case "PUT", ["lfs", digest]:
                if hashlib.sha256(body).hexdigest() != digest:
                    return 400, {"error": "another checksum"}
                self.stored[digest] = body
                self.uploaded.append(digest)
                return 200, {}
            case "POST", ["api", "datasets", owner, name, "commit", "main"]:
                return self._commit(f"{owner}/{name}", url, [json.loads(line) for line in body.splitlines()])
        return None

    def _commit(self, name: str, url: str, lines: list[dict[str, Any]]) -> tuple[int, Any]:
        dataset = self.datasets[name]
        header, files = lines[0]["value"], dict(dataset.commits[-1].files)
        if header.get("parentCommit") not in (None, dataset.commits[-1].sha):
            return 412, {"error": "A commit has happened since."}
        for line in lines[1:]:
            value = line["value"]
            match line["key"]:
                case "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile":
                    if value["oid"] not in self.stored:
                        return 400, {"error": f"{value['path']} was not uploaded"}
                    files[value["path"]] = self.stored[value["oid"]]
                case "deletedFile":
                    del files[value["path"]]
        dataset.commits.append(Commit(datetime.now(UTC), files, header["summary"]))
        sha = dataset.commits[-1].sha
        return 200, {"commitUrl": f"{url}/datasets/{name}/commit/{sha}", "commitOid": sha}
