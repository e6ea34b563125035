#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What PostgreSQL's agent leaves to others, on the database's host.
#   database.sh configure FOLDER                      makes the database, unless it is there; then the password is set
#   database.sh grant FOLDER NAME=ADDRESS:PORT...     who may log in, and from where, with the password
#   database.sh revoke FOLDER NAME=ADDRESS:PORT...    who may no more
# The shop's password is in the environment: ATTUNE_SECRET_password.
set -eu
stub=$1 folder=$2
shift 2
bin=/usr/lib/postgresql/15/bin # Debian 12 has this version

cd / # the component's own folder is closed to PostgreSQL's user
# shellcheck disable=SC2016  # the shell of its own expands it
as_postgres() { su -s /bin/sh postgres -c 'exec "$0" "$@"' -- "$@"; }
# by_itself FOLDER DATABASE   A server of its own that nobody else can reach; it ends at the first error.
by_itself() { as_postgres "$bin/postgres" --single -j -c exit_on_error=on -c log_min_messages=fatal -D "$1" "$2" >/dev/null; }
password() { printf %s "${ATTUNE_SECRET_password:?is not set}" | sed "s/'/''/g"; }

# It gets its name when it is whole: one that was broken off is made anew. The table has no key on the request's number, so
# that one that was taken twice would be seen.
make_database() {
  new=$folder.new
  rm -rf -- "$new"
  install -d -o postgres -g postgres -m 700 "$new"
  as_postgres "$bin/initdb" --auth-local=peer --auth-host=scram-sha-256 -D "$new" >/dev/null
  cat >>"$new/postgresql.conf" <<'END'
listen_addresses = '*'
unix_socket_directories = '/run/postgresql'
END
  by_itself "$new" postgres <<END
CREATE ROLE shop LOGIN PASSWORD '$(password)';

CREATE DATABASE shop OWNER shop;

END
  by_itself "$new" shop <<'END'
CREATE TABLE orders (number bigserial PRIMARY KEY, request bigint NOT NULL, server text NOT NULL);

CREATE INDEX ON orders (request);

ALTER TABLE orders OWNER TO shop;

END
  mv -T -- "$new" "$folder"
}

is_running() { as_postgres "$bin/pg_ctl" status -D "$folder" >/dev/null; }

# Of a database that is there: the shop may have another since.
set_password() {
  is_running || by_itself "$folder" postgres <<END
ALTER ROLE shop PASSWORD '$(password)';

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
  [ ! -s "$folder/postmaster.pid" ] || as_postgres "$bin/pg_ctl" reload -D "$folder" >/dev/null
}

case $stub in
  configure)
    : "${ATTUNE_SECRET_password:?is not set}"
    install -d -o postgres -g postgres /run/postgresql
    if [ -s "$folder/PG_VERSION" ]; then set_password; else make_database; fi
    ;;
  grant) forget "$@"; allow "$@"; read_anew ;;
  revoke) forget "$@"; read_anew ;;
  *) echo "database.sh: unknown stub '$stub'" >&2; exit 64 ;;
esac
