//! Sizes that no number holds when they are added up.

use holdpoint_core::digest::Digest;

use crate::sandbox::Sandbox;

#[test]
fn sizes_that_add_up_to_too_much_are_only_missing_files() {
    let sandbox = Sandbox::ready();
    let artifact = |it: u8| {
        let digest = Digest::of(&[it]);
        format!(
            "\n[[artifact]]\ncomponent = \"recorder\"\nfile = \"f{it}\"\nsize = {}\nsha256 = \"{digest}\"\n",
            i64::MAX
        )
    };
    let more: String = (1..=3).map(artifact).collect();
    sandbox.edit("releases/2.7.0/artifacts.toml", |it| it + &more);
    sandbox.sign_all("2.7.0");
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", ".", "--plan"]).exits(0);
    sandbox.publish("2.7.0").finds(4, "at none of these places");
}
