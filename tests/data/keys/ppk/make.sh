#!/bin/sh
# Makes the samples in this folder with Debian's `puttygen` (putty-tools), from the keys in ../ssh. The passphrase is
# `correct horse`; little memory and few passes keep the tests quick.
set -eu
cd "$(dirname "$0")"
password=$(mktemp)
key=$(mktemp)
trap 'rm -f "$password" "$key"' EXIT
printf 'correct horse' > "$password"
for name in ed25519 ecdsa-384 rsa; do
    cat "../ssh/$name" > "$key"
    puttygen "$key" -O private -o "$name.ppk" -C "$name" --new-passphrase /dev/null
    puttygen "$key" -O private -o "$name-v2.ppk" -C "$name" --new-passphrase "$password" --ppk-param version=2
    puttygen "$key" -O private -o "$name-v3.ppk" -C "$name" --new-passphrase "$password" \
        --ppk-param version=3,memory=64,passes=2
done
