#!/usr/bin/env bash
# FastAPI 0.165.0 (Starlette 1.10.0), `FastAPI(max_body_size=...)`: one and the same mistake has two kinds of answers.
# A body whose Content-Length is above the limit is answered outside of the application's exception handlers and
# middleware: 413 as plain text. The same body sent in chunks, without a Content-Length, is found too long while it is
# read, and answered by the application's own handler for HTTPException: JSON here.
#
# So an API that answers all errors alike (problem details, say) cannot use the setting as it is. Seen on 2026-11-29,
# Python 3.11. This script fails where the behaviour is another one.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
python3 -m venv "$directory/venv"
"$directory/venv/bin/pip" install --quiet --disable-pip-version-check fastapi==0.165.0 starlette==1.10.0 httpx2==2.16.2
cat > "$directory/limit.py" <<'PYTHON'
from collections.abc import Iterator

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

app = FastAPI(max_body_size=10)


@app.exception_handler(HTTPException)
def handle(request: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse({"handled": error.status_code}, error.status_code)


@app.post("/notes")
def create(note: dict[str, str]) -> dict[str, str]:
    return note


def chunks() -> Iterator[bytes]:
    yield b'{"text": "'
    yield b"a longer text"
    yield b'"}'


client = TestClient(app)
for body in (b"".join(chunks()), chunks()):
    answer = client.post("/notes", content=body, headers={"Content-Type": "application/json"})
    print(answer.status_code, answer.headers["content-type"], answer.text)
PYTHON
seen=$("$directory/venv/bin/python" -W ignore "$directory/limit.py")
expected='413 text/plain; charset=utf-8 Content Too Large
413 application/json {"handled":413}'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
