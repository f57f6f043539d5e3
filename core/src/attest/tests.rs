//! What may be attested, the exact bytes of it, and every envelope that is refused.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::*;
use crate::decide::{Question, Verdict};
use crate::world::World;

/// A change of a payload.
type Change = fn(&mut Value);

/// A key that signs attestations.
struct Seal(EcdsaKeyPair);

impl Seal {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    fn key(&self) -> AttestKey {
        AttestKey::of_point(self.0.public_key().as_ref()).unwrap()
    }

    fn envelope(&self, payload: &[u8]) -> Vec<u8> {
        let signature = self.0.sign(&SystemRandom::new(), &message(payload)).unwrap();
        sealed(payload, &self.key(), signature.as_ref()).unwrap()
    }
}

/// A published release under a policy that lists this key.
fn published(seal: &Seal) -> World {
    let lines = format!("[attest]\nkeys = [\"{}\"]\n", seal.key().to_line());
    let mut world = World::with_policy(|it| format!("{it}{lines}"));
    world.sign_all();
    world.publish("ci");
    world
}

fn attested(world: &World) -> Option<Attestation> {
    let evidence = world.evidence();
    match world.ask(&Question::Publish("downloads".parse().unwrap())).verdict {
        Verdict::Clear(approval) => Attestation::of(&approval, &evidence, world.now),
        _ => None,
    }
}

fn refused(envelope: &[u8], world: &World) -> String {
    Attestation::verified(envelope, world.evidence().chain()).unwrap_err().to_string()
}

/// The payload, changed, and signed again with the right key.
fn resigned(seal: &Seal, world: &World, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut json: Value = serde_json::from_slice(&attested(world).unwrap().payload()).unwrap();
    change(&mut json);
    seal.envelope(json.to_string().as_bytes())
}

#[test]
fn the_payload_has_exactly_these_bytes() {
    let mut world = World::signed();
    let relied: Vec<Digest> = world.evidence().ledger().entries().map(|it| it.id).collect();
    let id = world.publish("ci");
    let policy = world.evidence().policy().digest();
    let mut sorted = relied.clone();
    sorted.sort();
    let base = "https://downloads.example.com/webinar";
    let entry = |it: &Digest| {
        format!("{{\"uri\":\"{base}#releases/2.7.0/ledger/{it}.toml\",\"digest\":{{\"sha256\":\"{it}\"}}}}")
    };
    let entries: Vec<String> = std::iter::once(&id).chain(&sorted).map(entry).collect();
    let expected = format!(
        "{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{{\"name\":\"recorder/2.7.0/recorder.exe\",\
         \"digest\":{{\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"}}}}],\
         \"predicateType\":\"https://slsa.dev/verification_summary/v1\",\"predicate\":{{\
         \"verifier\":{{\"id\":\"{base}#holdpoint\"}},\"timeVerified\":\"2026-11-21T10:00:00Z\",\
         \"resourceUri\":\"{base}#downloads/2.7.0\",\
         \"policy\":{{\"uri\":\"{base}#policy/1\",\"digest\":{{\"sha256\":\"{policy}\"}}}},\
         \"inputAttestations\":[{}],\"verificationResult\":\"PASSED\",\"verifiedLevels\":[\"HOLDPOINT_PUBLISHED\"]}}}}",
        entries.join(",")
    );
    assert_eq!(String::from_utf8(attested(&world).unwrap().payload()).unwrap(), expected);
}

#[test]
fn hands_out_what_it_says() {
    let mut world = World::signed();
    let id = world.publish("ci");
    let own = attested(&world).unwrap();
    assert_eq!((own.version(), own.site().as_str()), (&world.version(), "downloads"));
    assert_eq!((own.publication(), own.at()), (id, world.now));
    let sha256 = world.artifacts()[0].sha256;
    assert_eq!(*own.files(), BTreeMap::from([("recorder/2.7.0/recorder.exe".to_owned(), sha256)]));
    assert_eq!(own.resource(), "https://downloads.example.com/webinar#downloads/2.7.0");
    assert_eq!(own.verifier(), "https://downloads.example.com/webinar#holdpoint");
    assert_eq!((own.policy().number, own.policy().sha256), (1, world.evidence().policy().digest()));
}

#[test]
fn only_a_publication_that_is_proven_and_stands_is_attested() {
    assert_eq!(attested(&World::signed()), None, "signed off, and not out");
    let mut held = published(&Seal::new());
    assert!(attested(&held).is_some());
    held.hold("maria");
    assert_eq!(attested(&held), None);
    let mut unproven = World::signed();
    unproven.publish_relying_on(Vec::new(), "ci");
    assert_eq!(attested(&unproven), None);
    let mut changed = published(&Seal::new());
    changed.append("matrix.md", "More.\n");
    assert_eq!(attested(&changed), None);
    let mut imagined = published(&Seal::new());
    imagined.facts.hypothetical = true;
    assert_eq!(attested(&imagined), None);
}

#[test]
fn what_went_out_outside_the_gate_is_not_attested() {
    let mut world = World::new();
    world.adopt("dana");
    assert!(matches!(world.check().verdict, Verdict::Clear(_)));
    assert_eq!(attested(&world), None);
}

#[test]
fn an_approval_of_other_evidence_attests_nothing() {
    let world = published(&Seal::new());
    let Verdict::Clear(approval) = world.check().verdict else { panic!("not clear") };
    let mut other = world.clone();
    other.facts.commit = "b".repeat(40);
    assert_eq!(Attestation::of(&approval, &other.evidence(), world.now), None);
}

#[test]
fn reads_back_what_it_wrote_whatever_the_whitespace() {
    let seal = Seal::new();
    let world = published(&seal);
    let own = attested(&world).unwrap();
    let envelope = seal.envelope(&own.payload());
    let json: Value = serde_json::from_slice(&envelope).unwrap();
    assert_eq!(json["signatures"][0]["keyid"], seal.key().fingerprint());
    let pretty = serde_json::to_vec_pretty(&json).unwrap();
    for bytes in [envelope, pretty] {
        let (read, key) = Attestation::verified(&bytes, world.evidence().chain()).unwrap();
        assert_eq!((read.contradicted_by(&own), &read, key), (None, &own, seal.key()));
    }
}

#[test]
fn the_name_of_the_key_is_only_a_hint() {
    let seal = Seal::new();
    let world = published(&seal);
    let mut json: Value = serde_json::from_slice(&seal.envelope(&attested(&world).unwrap().payload())).unwrap();
    json["signatures"][0]["keyid"] = "whatever".into();
    assert!(Attestation::verified(json.to_string().as_bytes(), world.evidence().chain()).is_ok());
    json["signatures"][0].as_object_mut().unwrap().remove("keyid");
    json["signatures"].as_array_mut().unwrap().insert(0, json!({"keyid": "other", "sig": "AAAA"}));
    assert!(Attestation::verified(json.to_string().as_bytes(), world.evidence().chain()).is_ok());
}

#[test]
fn a_changed_byte_or_another_key_is_refused() {
    let seal = Seal::new();
    let world = published(&seal);
    let payload = attested(&world).unwrap().payload();
    let mut json: Value = serde_json::from_slice(&seal.envelope(&payload)).unwrap();
    let changed = String::from_utf8(payload.clone()).unwrap().replace("2.7.0", "2.7.1");
    json["payload"] = Base64::encode_string(changed.as_bytes()).into();
    assert!(refused(json.to_string().as_bytes(), &world).contains("has a signature that does not fit"));
    let foreign = Seal::new();
    let why = refused(&foreign.envelope(&payload), &world);
    assert!(why.contains("does not list") && why.contains(&foreign.key().fingerprint()), "{why}");
    // Another key under the name of the right one is no more than a signature that does not fit.
    json = serde_json::from_slice(&foreign.envelope(&payload)).unwrap();
    json["signatures"][0]["keyid"] = seal.key().fingerprint().into();
    assert!(refused(json.to_string().as_bytes(), &world).contains("has a signature that does not fit"));
    // A policy without keys lists none.
    let mut without = World::signed();
    without.publish("ci");
    assert!(refused(&seal.envelope(&payload), &without).contains("does not list"));
}

#[test]
fn no_changed_byte_makes_it_say_anything_else() {
    let seal = Seal::new();
    let world = published(&seal);
    let (own, evidence) = (attested(&world).unwrap(), world.evidence());
    let envelope = seal.envelope(&own.payload());
    let mut still = 0;
    for at in 0..envelope.len() {
        let mut changed = envelope.clone();
        changed[at] ^= 1;
        // The name of the key may change; what is attested may not.
        if let Ok((read, key)) = Attestation::verified(&changed, evidence.chain()) {
            assert_eq!((&read, key), (&own, seal.key()), "byte {at}");
            still += 1;
        }
    }
    assert!(still < 70, "{still} of {} changed bytes are of no account", envelope.len());
}

#[test]
fn an_envelope_that_is_none_is_told_from_one_that_lies() {
    let seal = Seal::new();
    let world = published(&seal);
    let good: Value = serde_json::from_slice(&seal.envelope(&attested(&world).unwrap().payload())).unwrap();
    let with = |key: &str, value: Value| {
        let mut json = good.clone();
        json[key] = value;
        json.to_string().into_bytes()
    };
    let many = vec![good["signatures"][0].clone(); 17];
    let unreadable = [
        b"{}".to_vec(),
        b"not JSON".to_vec(),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(),
        with("payload", "AAA".into()),
        with("payload", "-_-_".into()),
        with("signatures", json!([])),
        with("signatures", many.into()),
        good.to_string().replacen('{', "{\"payload\":\"\",", 1).into_bytes(),
        vec![b' '; LARGEST_ENVELOPE + 1],
    ];
    for bytes in unreadable {
        let fault = Attestation::verified(&bytes, world.evidence().chain()).unwrap_err();
        assert!(matches!(fault, AttestFault::Unreadable(_)), "{fault}");
        assert!(!is_envelope(&bytes));
    }
    let other = with("payloadType", "application/json".into());
    assert!(refused(&other, &world).contains("carries a payload of the type `application/json`"));
    assert!(is_envelope(good.to_string().as_bytes()));
}

#[test]
fn what_is_signed_must_say_exactly_this() {
    let seal = Seal::new();
    let world = published(&seal);
    let faults: &[(Change, &str)] = &[
        (|it| it["_type"] = "https://in-toto.io/Statement/v0.1".into(), "is a statement of the type"),
        (|it| it["predicateType"] = "https://slsa.dev/provenance/v1".into(), "says something of the type"),
        (|it| it["predicate"]["verifier"]["id"] = "https://example.org".into(), "was made by `https://example.org`"),
        (|it| it["predicate"]["verificationResult"] = "FAILED".into(), "has the result `FAILED`"),
        (|it| it["predicate"]["verifiedLevels"] = json!(["SLSA_BUILD_LEVEL_3"]), "claims the levels"),
        (|it| it["predicate"]["verifiedLevels"] = json!(["HOLDPOINT_PUBLISHED", "X"]), "claims the levels"),
        (|it| it["predicate"]["dependencyLevels"] = json!({"X": 1}), "claims levels of dependencies"),
        (|it| it["predicate"]["resourceUri"] = "https://example.org#downloads/2.7.0".into(), "is about"),
        (
            |it| it["predicate"]["resourceUri"] = format!("{}#downloads/2.7", crate::world::PROJECT).into(),
            "the version",
        ),
        (|it| it["predicate"]["policy"]["digest"]["sha256"] = "0".repeat(64).into(), "was made under policy 1"),
        (
            |it| it["predicate"]["policy"]["uri"] = format!("{}#policy/01", crate::world::PROJECT).into(),
            "names the policy",
        ),
        (
            |it| it["predicate"]["policy"]["uri"] = format!("{}#policy/2", crate::world::PROJECT).into(),
            "under policy 2",
        ),
        (|it| it["predicate"]["inputAttestations"] = json!([]), "names no publication"),
        (|it| it["predicate"]["timeVerified"] = "yesterday".into(), "the time `yesterday`"),
        (|it| it["subject"] = json!([]), "names no file"),
        (|it| it["subject"] = json!([it["subject"][0], it["subject"][0]]), "twice"),
    ];
    for &(change, why) in faults {
        let said = refused(&resigned(&seal, &world, change), &world);
        assert!(said.contains(why), "{why}: {said}");
    }
    let said = refused(&seal.envelope(b"null"), &world);
    assert!(said.contains("does not say that a version is out"), "{said}");
    // A field that nobody knows yet says nothing.
    let more = resigned(&seal, &world, |it| it["predicate"]["slsaVersion"] = "1.0".into());
    assert!(Attestation::verified(&more, world.evidence().chain()).is_ok());
}

#[test]
fn what_the_record_says_otherwise_is_told() {
    let seal = Seal::new();
    let world = published(&seal);
    let own = attested(&world).unwrap();
    let zero: Digest = "0".repeat(64).parse().unwrap();
    let changed = |change: fn(&mut Attestation, Digest)| {
        let mut theirs = own.clone();
        change(&mut theirs, zero);
        theirs.contradicted_by(&own).unwrap_or_default()
    };
    assert!(changed(|it, _| it.version = "2.8.0".parse().unwrap()).contains("is about 2.8.0 on downloads"));
    assert!(changed(|it, _| it.site = "mirror".parse().unwrap()).contains("is about 2.7.0 on mirror"));
    assert!(changed(|it, zero| it.publication = zero).contains("rests on the publication 0000"));
    assert!(changed(|it, zero| it.files.values_mut().for_each(|it| *it = zero)).contains("the record has 9f86"));
    assert!(changed(|it, zero| it.files.extend([("x".to_owned(), zero)])).contains("no such file"));
    assert!(changed(|it, _| it.files.clear()).contains("fewer files"));
    assert!(changed(|it, _| it.relied.clear()).contains("other entries"));
    assert_eq!(changed(|it, _| it.at = Timestamp::UNIX_EPOCH), "", "when it was attested contradicts nothing");
}

#[test]
fn a_project_with_a_fragment_gets_no_second_one() {
    let project: Project = "https://example.com/#webinar".parse().unwrap();
    assert_eq!(summary::verifier(&project), "https://example.com/#webinar/holdpoint");
}

#[test]
fn nothing_is_sealed_that_does_not_verify() {
    let (seal, other) = (Seal::new(), Seal::new());
    let signature = seal.0.sign(&SystemRandom::new(), &message(b"x")).unwrap();
    assert_eq!(sealed(b"x", &other.key(), signature.as_ref()), None);
    assert_eq!(sealed(b"y", &seal.key(), signature.as_ref()), None);
}
