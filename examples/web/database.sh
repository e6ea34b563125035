#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What PostgreSQL's agent leaves to others, on the database's host.
#   database.sh configure FOLDER                      makes the database, unless it is there
#   database.sh grant FOLDER NAME=ADDRESS:PORT...     who may log in, and from where, with the password
#   database.sh revoke FOLDER NAME=ADDRESS:PORT...    who may no more
# The shop's password is in the environment: ATTUNE_SECRET_password.
set -eu
stub=$1 folder=$2
shift 2
bin=/usr/lib/postgresql/15/bin # Debian 12 has this version

cd / # the component's own folder is closed to PostgreSQL's user
as_postgres() { su -s /bin/sh postgres -c "$1"; }
# A server of its own that nobody else can reach; it ends at the first error.
by_itself() { as_postgres "$bin/postgres --single -j -c exit_on_error=on -c log_min_messages=fatal -D $folder $1" >/dev/null; }

# The table has no key on the request's number, so that one that was taken twice would be seen.
make_database() {
  password=$(printf %s "${ATTUNE_SECRET_password:?is not set}" | sed "s/'/''/g")
  install -d -o postgres -g postgres -m 700 "$folder"
  as_postgres "$bin/initdb --auth-local=peer --auth-host=scram-sha-256 -D $folder" >/dev/null
  cat >>"$folder/postgresql.conf" <<'END'
listen_addresses = '*'
unix_socket_directories = '/run/postgresql'
END
  by_itself postgres <<END
CREATE ROLE shop LOGIN PASSWORD '$password';

CREATE DATABASE shop OWNER shop;

END
  by_itself shop <<'END'
CREATE TABLE orders (number bigserial PRIMARY KEY, request bigint NOT NULL, server text NOT NULL);

CREATE INDEX ON orders (request);

ALTER TABLE orders OWNER TO shop;

END
}

# Without the lines of the named servers.
forget() {
  for server; do
    sed -i "/ # ${server%%=*}\$/d" "$folder/pg_hba.conf"
  done
}

allow() {
  for server; do
    address=${server#*=}
    echo "host shop shop ${address%:*}/32 scram-sha-256 # ${server%%=*}" >>"$folder/pg_hba.conf"
  done
}

read_anew() {
  [ ! -s "$folder/postmaster.pid" ] || as_postgres "$bin/pg_ctl reload -D $folder" >/dev/null
}

case $stub in
  configure)
    install -d -o postgres -g postgres /run/postgresql
    [ -s "$folder/PG_VERSION" ] || make_database
    ;;
  grant) forget "$@"; allow "$@"; read_anew ;;
  revoke) forget "$@"; read_anew ;;
  *) echo "database.sh: unknown stub '$stub'" >&2; exit 64 ;;
esac
