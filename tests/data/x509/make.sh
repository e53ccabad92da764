#!/bin/sh
# Makes the certificates beside this file anew, with OpenSSL 3.0. The tests expect what is written here, and
# `pinning.rs` the pins of the keys.
set -eu
cd "$(dirname "$0")"
days="-days 7300"

openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem $days -set_serial 1 \
    -subj "/C=DE/O=Ironlatch tests/CN=Root" -addext basicConstraints=critical,CA:TRUE,pathlen:1

openssl req -new -newkey ed25519 -nodes -keyout intermediate.key -out request.pem -subj "/C=DE/O=Ironlatch tests/CN=Intermediate"
printf 'basicConstraints=critical,CA:TRUE,pathlen:0\n' > extensions
openssl x509 -req -in request.pem -CA root.pem -CAkey root.key -set_serial 2 $days -extfile extensions -out intermediate.pem

openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj "/C=DE/O=Ironlatch tests/CN=pinned.example"
printf 'subjectAltName=DNS:pinned.example,DNS:*.pinned.example,IP:127.0.0.1,IP:::1\n' > extensions
openssl x509 -req -in leaf.csr -CA intermediate.pem -CAkey intermediate.key -set_serial 0x80ff $days -extfile extensions -out leaf.pem

openssl req -x509 -key leaf.key -utf8 -multivalue-rdn -out odd.pem -days 30000 -set_serial 3 \
    -subj "/DC=example/O=Ä\\, \"B\" <C>; #D/OU= spaced /CN=two+UID=names/emailAddress=ada@example.com/CN=$(printf 'a\033[31m\342\200\256b')" \
    -addext 'subjectAltName=email:ada@example.com,URI:https://example.com/x,dirName:inner,RID:1.2.3.4,otherName:1.2.3;UTF8:x' \
    -config /dev/stdin <<CONFIG
[req]
distinguished_name = none
[none]
[inner]
CN = inner
CONFIG
rm -f extensions root.key intermediate.key leaf.key leaf.csr
