#!/bin/sh
# The program that is run: put yours in its place. It is told its component's name and a period.
#   app.sh NAME PERIOD
name=$1 seconds=${2%s}
while :; do
  echo "$name works"
  sleep "$seconds"
done
