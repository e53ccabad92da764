#!/bin/sh
# Makes the samples in this folder with OpenSSH's `ssh-keygen`. The passphrase is `correct horse`; few rounds keep the
# tests quick.
set -eu
cd "$(dirname "$0")"
keygen() { name=$1; shift; [ -e "$name" ] || ssh-keygen -q -C "$name" -f "$name" "$@"; }
keygen ed25519 -t ed25519 -N ""
keygen rsa -t rsa -b 2048 -N ""
keygen rsa-1024 -t rsa -b 1024 -N ""
keygen dsa -t dsa -N ""
for bits in 256 384 521; do
    keygen "ecdsa-$bits" -t ecdsa -b "$bits" -N ""
done
for cipher in aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr 3des-cbc \
    aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com; do
    keygen "ed25519-${cipher%@*}" -t ed25519 -N "correct horse" -Z "$cipher" -a 2
done
keygen rsa-encrypted -t rsa -b 2048 -N "correct horse" -a 2
keygen ecdsa-encrypted -t ecdsa -b 384 -N "correct horse" -a 2

# Files encrypted to these keys, by Debian's `age` 1.1.1.
for name in ed25519 rsa; do
    [ -e "$name.age" ] || printf 'attack at dawn' | age -R "$name.pub" -o "$name.age"
done
[ -e several.age ] || printf 'attack at dawn' |
    age -R rsa.pub -R ed25519-aes256-ctr.pub -R rsa-encrypted.pub -R ed25519.pub -o several.age
