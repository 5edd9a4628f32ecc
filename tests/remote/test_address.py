"""Which URLs are read, and that none is kept that opens what it leads to."""

from pathlib import Path

import pytest

from lnl_gui.remote.address import (
    checked_url,
    folder_of,
    joined,
    name_of,
    problem_of,
    remote_url,
    without_secrets,
)
from lnl_gui.util.errors import UserError


@pytest.mark.parametrize(
    "url", ["s3://bucket/a/b", "https://host/a.csv?x=1", "sftp://me@host:22/data", "gs://b"]
)
def test_a_path_of_a_url_is_still_that_url(url: str) -> None:
    assert remote_url(url) == remote_url(Path(url)) == url


@pytest.mark.parametrize(
    "text", ["/data/s3:/x", "C:/data", "data", "file:///x", "s3:", "", "s3x://b/x"]
)
def test_all_else_is_no_url(text: str) -> None:
    assert remote_url(text) is None
    assert remote_url(Path(text)) is None


@pytest.mark.parametrize(
    "url",
    [
        "s3://KEY:SECRET@bucket/a",
        "s3://KEY@bucket/a",
        "sftp://me:SECRET@host/a",
        "https://me:SECRET@host/a",
        "https://b.s3.amazonaws.com/a?X-Amz-Signature=SECRET&X-Amz-Date=1",
        "https://a.blob.core.windows.net/a?sv=1&sig=SECRET",
        "https://storage.googleapis.com/b/a?GoogleAccessId=x&Signature=SECRET",
        "https://host/a.png?token=SECRET",
        "http://host/SECRET.png",
        "https:///SECRET",
        "https://host/a\nSECRET",
    ],
)
def test_what_holds_a_secret_is_refused_without_being_repeated(url: str) -> None:
    assert problem_of(url)
    with pytest.raises(UserError) as caught:
        checked_url(url)
    assert "SECRET" not in str(caught.value) or "SECRET" in without_secrets(url)


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/a b?c",
        "https://host/a.png?w=640&design=1",
        "http://localhost:8000/a",
        "http://127.0.0.1/a",
        "sftp://me@host/a",
    ],
)
def test_plain_urls_are_read(url: str) -> None:
    assert checked_url(url) == url


def test_names_and_folders() -> None:
    assert name_of(Path("s3://bucket/a/b/")) == "b"
    assert name_of(Path("s3://bucket")) == "bucket"
    assert name_of(Path("https://host/a/t.csv?x=/y")) == "t.csv"
    assert folder_of("https://host/a/t.csv?x=/y") == "https://host/a"
    assert joined("https://host/a", "b c/ü#.png") == "https://host/a/b%20c/%C3%BC%23.png"
    assert joined("s3://b/", "b c#.png") == "s3://b/b c#.png"
