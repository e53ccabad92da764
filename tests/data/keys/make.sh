#!/bin/sh
# Makes the samples in this folder with the `openssl` command, version 3.0, and its legacy provider. The key is the same
# in all: `rsa.pem`. The password is `correct horse`.
set -eu
cd "$(dirname "$0")"
openssl() { verb=$1; shift; command openssl "$verb" -provider legacy -provider default "$@"; }
pkcs8() { name=$1; shift; openssl pkcs8 -topk8 -in rsa.pem -out "$name.pem" -passout "pass:correct horse" "$@"; }
traditional() { openssl rsa -traditional -in rsa.pem -out "$1.pem" -passout "pass:correct horse" "-$2" 2>/dev/null; }

[ -e rsa.pem ] || openssl genrsa -traditional -out rsa.pem 1024
openssl rsa -traditional -in rsa.pem -outform DER -out rsa.der 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in rsa.pem -out pkcs8.pem
openssl pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER -out pkcs8.der
openssl rsa -in rsa.pem -pubout -out spki.pem 2>/dev/null
openssl rsa -in rsa.pem -pubout -outform DER -out spki.der 2>/dev/null
openssl rsa -in rsa.pem -RSAPublicKey_out -out pkcs1-public.pem 2>/dev/null
openssl rsa -in rsa.pem -RSAPublicKey_out -outform DER -out pkcs1-public.der 2>/dev/null

pkcs8 pbes1-md5-des -v1 PBE-MD5-DES
pkcs8 pbes1-sha1-2des -v1 PBE-SHA1-2DES
pkcs8 pbes1-sha1-3des -v1 PBE-SHA1-3DES
pkcs8 pbes1-sha1-rc2-40 -v1 PBE-SHA1-RC2-40
pkcs8 pbes1-sha1-rc2-128 -v1 PBE-SHA1-RC2-128
pkcs8 pbes1-sha1-rc4-40 -v1 PBE-SHA1-RC4-40
pkcs8 pbes1-sha1-rc4-128 -v1 PBE-SHA1-RC4-128
for cipher in aes-128-cbc aes-192-cbc aes-256-cbc des-ede3-cbc rc2-cbc; do
    pkcs8 "pbes2-$cipher" -v2 "$cipher"
done
for prf in SHA1 SHA224 SHA384 SHA512; do
    pkcs8 "pbes2-hmac-$prf" -v2 aes-256-cbc -v2prf "hmacWith$prf"
done
pkcs8 pbes2-scrypt -scrypt -scrypt_N 1024
pkcs8 refused-bf-cbc -v2 bf-cbc
pkcs8 refused-hmac-md5 -v2 aes-256-cbc -v2prf hmacWithMD5
pkcs8 refused-rc2-40-pbes2 -v2 rc2-40-cbc
traditional traditional-aes-128-cbc aes128
traditional traditional-aes-256-cbc aes256
traditional traditional-des-ede3-cbc des3
traditional refused-traditional-camellia camellia128
