#!/bin/sh
# Makes the secrets of compose.yaml: the simulator's key, which everybody knows, and a fresh token.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir secrets
echo SK-simulator-known-to-everyone > secrets/doku
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > secrets/token
echo "written: $(pwd)/secrets"
