"""A real S3 server on this machine (moto), reached over a bad line, with credentials of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lnl_gui.remote import reading, stores
from tests.remote.bad_line import BadLine

SECRET = "wJalrXUtnFEMIsecretEXAMPLEKEY"
KEY = "AKIDEXAMPLEKEYID"


class S3:
    """The server's buckets by boto, and the line that LNL uses."""

    def __init__(self, client: Any, line: BadLine) -> None:
        self.client, self.line = client, line

    def put(self, key: str, data: bytes, bucket: str = "bucket") -> None:
        self.client.put_object(Bucket=bucket, Key=key, Body=data)

    def names(self, prefix: str = "", bucket: str = "bucket") -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", ())]

    def get(self, key: str, bucket: str = "bucket") -> bytes:
        data: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return data


@contextmanager
def s3_server(patch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A server with an empty bucket named `bucket`."""
    boto3 = pytest.importorskip("boto3")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    pytest.importorskip("s3fs")
    server.start()
    _, port = server.get_host_and_port()
    line = BadLine(port)
    patch.setenv("AWS_ACCESS_KEY_ID", KEY)
    patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patch.setenv("AWS_ENDPOINT_URL", line.url)
    stores._store.cache_clear()
    reading.failures.clear()
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}")
    client.create_bucket(Bucket="bucket")
    try:
        yield S3(client, line)
    finally:
        stores._store.cache_clear()
        client.close()
        line.close()
        server.stop()
