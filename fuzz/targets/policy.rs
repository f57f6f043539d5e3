//! Bytes as a policy, beside a ring that stays: what parses keeps its promises, and leaves nothing that decides unsigned.
#![no_main]

use std::sync::LazyLock;

use holdpoint_core::digest::Digest;
use holdpoint_core::key::Ring;
use holdpoint_core::policy::{DECIDING_FILES, Policy};
use holdpoint_fuzz::check_problems;
use libfuzzer_sys::fuzz_target;

const PATH: &str = "policy/0001/policy.toml";
const SIGNERS: &[u8] = include_bytes!("../../tests/golden/root/policy/0001/signers");
static RING: LazyLock<Ring> = LazyLock::new(|| Ring::parse("policy/0001/signers", SIGNERS).expect("a ring"));

fuzz_target!(|data: &[u8]| {
    let policy = match Policy::read(PATH, data, &RING, SIGNERS) {
        Ok(policy) => policy,
        Err(problems) => return check_problems(PATH, data, &problems),
    };
    assert_eq!(policy.digest(), Digest::of(data));
    assert!(!policy.requirements().is_empty(), "nothing is required");
    for requirement in policy.requirements() {
        assert!(requirement.approvals >= 1 && !requirement.roles.is_empty() && !requirement.subjects.is_empty());
        for role in &requirement.roles {
            let people = policy.people_of(role).into_iter().filter(|it| !policy.is_machine(it));
            assert!(people.count() >= requirement.approvals, "{} can never be signed off", requirement.name);
        }
    }
    let covered = policy.all_subjects();
    for file in DECIDING_FILES {
        assert!(covered.iter().any(|it| it.as_str() == file), "{file} goes unsigned");
    }
    let quorums = [Some(policy.owners()), Some(policy.lifters()), policy.waiver().map(|it| &it.quorum)];
    for quorum in quorums.into_iter().flatten() {
        let people = quorum.members.iter().filter(|it| !policy.is_machine(it));
        assert!(quorum.needed >= 1 && people.count() >= quorum.needed, "{quorum:?} can never agree");
        assert!(quorum.members.iter().all(|it| RING.has(it)), "{quorum:?} has a stranger");
    }
});
