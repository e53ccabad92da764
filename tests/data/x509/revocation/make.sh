#!/bin/sh
# Makes the files beside this one anew, with OpenSSL 3.0: an authority, its CRL, and what OCSP says of a certificate that
# it revoked. `revocation.rs` expects what is written here.
set -eu
cd "$(dirname "$0")"
cat > config <<CONFIG
[req]
distinguished_name = none
[none]
[ca]
default_ca = authority
[authority]
database = index
crlnumber = number
default_md = sha256
default_crl_days = 7300
crl_extensions = crl
[crl]
authorityKeyIdentifier = keyid
[v3_ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[v3_leaf]
authorityKeyIdentifier = keyid
subjectAltName = DNS:revoked.example
[v3_responder]
authorityKeyIdentifier = keyid
extendedKeyUsage = OCSPSigning
CONFIG
key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $key -keyout ca.key -out ca.pem -days 7300 -set_serial 1 -subj /CN=Authority -config config -extensions v3_ca
issue() {
    openssl req -new $key -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" -config config
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -set_serial "$2" -days 7300 -extfile config -extensions "$3" -out "$1.pem"
}
issue leaf 0x1000 v3_leaf
issue responder 0x1001 v3_responder
: > index
echo 07 > number
revoke="openssl ca -config config -keyfile ca.key -cert ca.pem"
$revoke -revoke leaf.pem -crl_reason keyCompromise
$revoke -revoke responder.pem -crl_reason superseded
$revoke -gencrl -out crl.pem
openssl ocsp -issuer ca.pem -sha256 -cert leaf.pem -reqout request.der -no_nonce
openssl ocsp -index index -CA ca.pem -rsigner responder.pem -rkey responder.key -reqin request.der -respout response.der -ndays 7300
rm -f *.key *.csr config index* number* responder.pem
