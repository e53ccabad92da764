"""The functions that read keys and parameters."""

from ironlatch._native.serialization import load_der_parameters as load_der_parameters
from ironlatch._native.serialization import load_der_private_key as load_der_private_key
from ironlatch._native.serialization import load_der_public_key as load_der_public_key
from ironlatch._native.serialization import load_pem_parameters as load_pem_parameters
from ironlatch._native.serialization import load_pem_private_key as load_pem_private_key
from ironlatch._native.serialization import load_pem_public_key as load_pem_public_key
