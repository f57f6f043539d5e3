"""Checks an attestation with securesystemslib, for scripts/attestation: attestation.py ENVELOPE KEYID PUBLIC.pem

Ends with 0 if the key of that name made a signature of the envelope, with 1 if the envelope is refused.
"""

import json
import sys

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

path, keyid, public = sys.argv[1:]
with open(path, "rb") as file:
    envelope = Envelope.from_dict(json.load(file))
with open(public, encoding="ascii") as file:
    keyval = {"public": file.read()}
key = SSlibKey(keyid, "ecdsa", "ecdsa-sha2-nistp256", keyval)
try:
    accepted = envelope.verify([key], 1)
except VerificationError as why:
    sys.exit(f"refused: {why}")
if list(accepted) != [keyid]:
    sys.exit(f"refused: accepted for {list(accepted)}")
