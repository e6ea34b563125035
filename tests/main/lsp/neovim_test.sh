#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs neovim_test.lua in a headless Neovim, on a copy of examples/local: neovim_test.sh ATTUNE EXAMPLE LUA
set -eu
ATTUNE=$1 example=$2 script=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$example" "$folder/local"
PROJECT=$(realpath "$folder/local") XDG_STATE_HOME=$folder XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder XDG_CACHE_HOME=$folder
export ATTUNE PROJECT XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME
nvim --headless -n -u NONE -i NONE -c "set hidden" -c "luafile $script" -c "cquit" 2>&1
