#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A stand-in for a service: says who it is and whom it uses, again and again.
#   service.sh NAME PERIOD [USES]
name=$1 period=$2 uses=${3:-nothing}
case $period in
  *ms) seconds=0.$(printf '%03d' "${period%ms}") ;;
  *) seconds=${period%s} ;;
esac
while :; do
  echo "$name uses $uses"
  sleep "$seconds"
done
