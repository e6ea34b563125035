#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The application server of examples/web: a shop whose orders are in PostgreSQL.
  shop.py NAME PORT DATABASE     becomes uWSGI, which serves this very file
  POST /orders/N    takes the order N: 201 once it is stored
  GET /orders/N     its server's name, or 404
  GET /health       200 while this server answers
Each answer begins with the name of the server that gives it. The password is in ATTUNE_SECRET_password; without it libpq
looks where it does, such as in ~/.pgpass."""
import os
import sys
import threading

import psycopg2

THREADS = 4
OWN = os.environ.get("SHOP_NAME", "shop")
local = threading.local()  # each thread has a connection of its own


def connection():
    if getattr(local, "connection", None) is None:
        local.connection = psycopg2.connect(host=os.environ["SHOP_DATABASE"], dbname="shop", user="shop", connect_timeout=2,
                                            password=os.environ.get("ATTUNE_SECRET_password"))
        local.connection.autocommit = True
    return local.connection


def ask(statement, *values):
    """A connection that has broken is opened anew by the next request: this one may have been carried out, and is not repeated."""
    try:
        with connection().cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        local.connection = None
        raise


def answer(method, path):
    if path == "/health":
        return "200 OK", "well"
    order = path.removeprefix("/orders/")
    if order == path or not order.isascii() or not order.isdigit():
        return "404 Not Found", "there are only /orders/N and /health"
    if method == "POST":
        ask("INSERT INTO orders (request, server) VALUES (%s, %s)", order, OWN)
        return "201 Created", f"order {order}"
    found = ask("SELECT server FROM orders WHERE request = %s", order)
    return ("200 OK", f"by {found[0][0]}") if found else ("404 Not Found", "no such order")


def application(environ, start_response):
    try:
        status, text = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    except psycopg2.Error as error:
        status, text = "503 Service Unavailable", str(error).strip()
    body = f"{OWN} {text}\n".encode()
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def main():
    name, port, database = sys.argv[1:]
    os.environ.update(SHOP_NAME=name, SHOP_DATABASE=database)
    os.execv("/usr/bin/uwsgi-core", ["uwsgi-core", "--plugin", "python3", "--http-socket", f":{port}", "--wsgi-file", os.path.realpath(__file__),
                                     "--need-app", "--threads", str(THREADS), "--listen", "128", "--die-on-term", "--disable-logging"])


if __name__ == "__main__":
    main()
