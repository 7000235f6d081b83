#!/usr/bin/env bash
# Alembic 1.20.1 with SQLAlchemy 2.1.9 on SQLite: batch_alter_table() that changes a column from Date to DateTime copies
# it by CAST(day AS DATETIME). To SQLite that is a cast to a number, which takes the digits at the beginning of the text:
# 2024-02-29 becomes 2024. Nothing is reported, and reading the row fails afterwards. The same happens from DateTime to
# Date. From Date to String the text is kept.
#
# Seen on 2026-11-29, Python 3.11, SQLite 3.40.1. This script fails where the behaviour is another one.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
python3 -m venv "$directory/venv"
"$directory/venv/bin/pip" install --quiet --disable-pip-version-check alembic==1.20.1 sqlalchemy==2.1.9
cat > "$directory/batch.py" <<'PYTHON'
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

for old, new in ((sa.Date(), sa.DateTime()), (sa.DateTime(), sa.Date()), (sa.Date(), sa.String(10))):
    with sa.create_engine("sqlite://").connect() as connection:
        sa.Table("meetings", sa.MetaData(), sa.Column("day", old)).create(connection)
        connection.exec_driver_sql("INSERT INTO meetings VALUES ('2024-02-29')")
        with Operations(MigrationContext.configure(connection)).batch_alter_table("meetings") as batch:
            batch.alter_column("day", existing_type=old, type_=new)
        stored = connection.exec_driver_sql("SELECT day FROM meetings").scalar_one()
        print(type(old).__name__, "to", f"{type(new).__name__}:", repr(stored))
PYTHON
seen=$("$directory/venv/bin/python" "$directory/batch.py")
expected="Date to DateTime: 2024
DateTime to Date: 2024
Date to String: '2024-02-29'"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
