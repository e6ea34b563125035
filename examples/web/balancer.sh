#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes HAProxy's configuration.
#   balancer.sh configure PORT SOCKET NAME=ADDRESS:PORT...
# SOCKET is where HAProxy tells what it counts; then come the application servers.
set -eu
port=$2 socket=$3
shift 3

cat >haproxy.cfg.new <<END
global
  maxconn 4000
  stats socket $socket mode 600 expose-fd listeners
  hard-stop-after 10s
defaults
  mode http
  timeout connect 500ms
  timeout client 30s
  timeout server 5s
  timeout queue 5s
  retries 3
  # Only what was never sent is sent again: nothing is ordered twice.
  retry-on conn-failure
  option redispatch 1
  # uWSGI closes a connection after its answer, and does not say so before.
  option http-server-close
  # A client that keeps its connection loses no request to a reload.
  option idle-close-on-response
frontend web
  bind :$port
  default_backend apps
backend apps
  balance leastconn
  option httpchk GET /health
  default-server check inter 500ms fastinter 200ms fall 2 rise 1 on-marked-down shutdown-sessions
END
for server; do
  echo "  server ${server%%=*} ${server#*=}" >>haproxy.cfg.new
done
/usr/sbin/haproxy -c -q -f haproxy.cfg.new
mv haproxy.cfg.new haproxy.cfg
