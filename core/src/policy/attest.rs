//! `[attest]`: the keys whose attestations of a publication count.

use crate::key::AttestKey;
use crate::record::{Placed, Table};

/// The keys of `[attest]`, in the order of the policy; none where the table is absent. `None` after a fault.
pub(super) fn keys(table: &Table<'_, '_>) -> Option<Vec<AttestKey>> {
    let Some(attest) = table.optional_table("attest") else {
        // What is there and no table has its fault already.
        return if table.has("attest") { None } else { Some(Vec::new()) };
    };
    let list = attest.placed::<Vec<Placed<String>>>("keys");
    attest.finish();
    let list = list?;
    let fault = |span, message: String, help: &str| attest.sheet().fault(span, message, help);
    if list.value.is_empty() {
        let help = "name one, or leave `[attest]` out";
        fault(list.span, "`keys` is empty, so that no attestation could count".to_owned(), help);
        return None;
    }
    let mut keys = Vec::new();
    for line in list.value {
        match line.value.parse::<AttestKey>() {
            Ok(key) if keys.contains(&key) => {
                fault(line.span, format!("the key {key} is named twice"), "name each key once");
            }
            Ok(key) => keys.push(key),
            Err(why) => {
                let help = "make one: ssh-keygen -t ecdsa -b 256 -m PKCS8 -f attest   (its line is in attest.pub)";
                fault(line.span, why.to_string(), help);
            }
        }
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use crate::world::World;

    const KEY: &str = include_str!("../key/vectors/ecdsa-256.pub");

    fn faults(attest: &str) -> Vec<(String, usize)> {
        let world = World::with_policy(|it| format!("{it}{attest}"));
        let findings = match world.chain() {
            Ok(chain) => return chain.current().attest_keys().iter().map(|it| (it.to_string(), 0)).collect(),
            Err(findings) => findings,
        };
        let placed = findings.into_iter().filter_map(|it| Some((it.message, it.place?.width)));
        placed.collect()
    }

    #[test]
    fn reads_the_keys_and_has_none_without_the_table() {
        assert_eq!(faults(""), []);
        let key: crate::key::AttestKey = KEY.parse().unwrap();
        assert_eq!(faults(&format!("[attest]\nkeys = [\"{}\"]\n", KEY.trim())), [(key.fingerprint(), 0)]);
    }

    #[test]
    fn refuses_an_empty_list_a_twin_and_every_other_type_each_with_its_place() {
        assert!(faults("[attest]\nkeys = []\n")[0].0.contains("`keys` is empty"));
        assert!(faults("[attest]\n").iter().any(|it| it.0.contains("`keys` is missing")));
        let key = KEY.trim();
        let bare = key.rsplit_once(' ').unwrap().0;
        let twice = faults(&format!("[attest]\nkeys = [\"{key}\",\n  \"{bare}\"]\n"));
        assert!(twice.len() == 1 && twice[0].0.contains("is named twice") && twice[0].1 == bare.len() + 2, "{twice:?}");
        let others = [
            (include_str!("../key/vectors/ed25519.pub"), "`ssh-ed25519` signs no attestation"),
            (include_str!("../key/vectors/ecdsa-384.pub"), "`ecdsa-sha2-nistp384` signs no attestation"),
            (include_str!("../key/vectors/rsa.pub"), "unsupported key type `ssh-rsa`"),
            ("hello", "this is not a public key"),
        ];
        for (line, why) in others {
            let found = faults(&format!("[attest]\nkeys = [\"{}\"]\n", line.trim()));
            assert!(found.len() == 1 && found[0].0.contains(why), "{line}: {found:?}");
        }
    }

    #[test]
    fn an_unknown_key_and_a_slip_are_told() {
        let unknown = faults(&format!("[attest]\nkeys = [\"{}\"]\nlevel = 3\n", KEY.trim()));
        assert!(unknown[0].0.contains("unknown key `level`"), "{unknown:?}");
        let slip = faults(&format!("[atest]\nkeys = [\"{}\"]\n", KEY.trim()));
        assert!(slip[0].0.contains("unknown key `atest`"), "{slip:?}");
    }
}
