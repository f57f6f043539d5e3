// Checks an attestation with Sigstore's verifier, for scripts/attestation: attestation.mjs MODULES ENVELOPE KEYID PUBLIC.pem
//
// The envelope goes into a bundle that names a key and no log. Ends with 0 if it verifies, with 1 if it is refused.

import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [modules, path, keyid, publicPath] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "holdpoint.js"));
const { bundleFromJSON } = require("@sigstore/bundle");
const { Verifier, VerificationError, toSignedEntity } = require("@sigstore/verify");

const envelope = JSON.parse(readFileSync(path, "utf8"));
const publicKey = createPublicKey(readFileSync(publicPath));
const material = {
  certificateAuthorities: [],
  timestampAuthorities: [],
  tlogs: [],
  ctlogs: [],
  publicKey: (hint) => {
    if (hint !== keyid) throw new VerificationError({ code: "PUBLIC_KEY_ERROR", message: `no key ${hint}` });
    return { publicKey, validFor: () => true };
  },
};
const bundle = bundleFromJSON({
  mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.2",
  verificationMaterial: { publicKey: { hint: envelope.signatures[0].keyid }, tlogEntries: [] },
  dsseEnvelope: envelope,
});
const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
try {
  verifier.verify(toSignedEntity(bundle));
} catch (why) {
  if (!(why instanceof VerificationError)) throw why;
  console.error(`refused: ${why.message}`);
  process.exit(1);
}
