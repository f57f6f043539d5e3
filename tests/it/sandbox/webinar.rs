//! The recorder and its player: releases whose formats differ, and a policy that says what they exchange.

use std::fs;

use holdpoint_core::digest::Digest;

use super::{Sandbox, same};

/// What the recorder writes and the player reads.
pub(crate) const REC: &str = "\n[[interface]]\nname = \"rec\"\ntitle = \"Recording file (.rec)\"\nkind = \"file\"\n\
    writers = [\"recorder\"]\nreaders = [\"player\"]\nkeep_readable = \"all\"\nevidence = \"declared\"\n\
    identify = [{ format = \"2\", offset = 0, hex = \"52454332\" }, { format = \"3\", offset = 0, hex = \"52454333\" }]\n";

/// What 2.4.0 declares.
pub(crate) const OLD: &str = "schema = 1\n[component.recorder]\nwrites.rec = [\"2\"]\n\
    [component.player]\nreads.rec = [\"1\", \"2\"]\ndegraded.rec = { \"1\" = \"no captions\" }\n";

/// What 2.7.0 declares.
pub(crate) const NEW: &str = "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\nwrites_on_request.rec = [\"2\"]\n\
    [component.player]\nreads.rec = [\"1\", \"2\", \"3\"]\ndegraded.rec = { \"1\" = \"no captions\" }\n[component.converter]\n\
    [[converts]]\ncomponent = \"converter\"\ninterface = \"rec\"\nfrom = \"3\"\nto = \"2\"\nloses = \"chapter marks\"\n\
    [[tested]]\nwriter = \"recorder@2.7.0\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"fails\"\n\
    symptom = \"No picture, no sound\"\nevidence = \"ci/run/8812\"\n";

impl Sandbox {
    /// 2.4.0 is out; 2.7.0 waits for its sign-offs; the policy knows what a recording is.
    pub(crate) fn webinar() -> Self {
        let sandbox = Self::founded();
        sandbox.ship("2.4.0", &["player", "recorder"], OLD);
        sandbox.exchange(REC);
        sandbox.declare("2.7.0", &["converter", "player", "recorder"], NEW);
        sandbox
    }

    /// 2.4.0 and 2.7.0 are out.
    pub(crate) fn webinar_out() -> Self {
        let sandbox = Self::founded();
        sandbox.ship("2.4.0", &["player", "recorder"], OLD);
        sandbox.ship("2.7.0", &["converter", "player", "recorder"], NEW);
        sandbox.exchange(REC);
        sandbox
    }

    /// Writes and commits a release of these components that declares this.
    pub(crate) fn declare(&self, version: &str, components: &[&str], declared: &str) {
        self.release(version, format!("recorder {version}\n").as_bytes());
        let folder = format!("releases/{version}");
        let (mut release, mut artifacts) = (String::new(), "schema = 1\n".to_owned());
        for name in components {
            release += &format!("\n[[component]]\nname = \"{name}\"\n");
            let file = format!("{name}-{version}.bin");
            let bytes = format!("{name} {version}\n");
            artifacts += &format!(
                "\n[[artifact]]\ncomponent = \"{name}\"\nfile = \"{file}\"\nsize = {}\nsha256 = \"{}\"\n",
                bytes.len(),
                Digest::of(bytes.as_bytes())
            );
            fs::write(self.path("dist").join(file), bytes).unwrap();
        }
        let head = self.read(&format!("{folder}/release.toml"));
        let (head, _) = head.split_once("\n[[component]]").unwrap();
        self.write(&format!("{folder}/release.toml"), &format!("{head}{release}"));
        self.write(&format!("{folder}/artifacts.toml"), &artifacts);
        self.write(&format!("{folder}/compatibility.toml"), declared);
        let named = components.iter().map(|it| format!("{it} {version}")).collect::<Vec<_>>().join(", ");
        let article = self.read(&format!("{folder}/kb.md")).replace(&format!("recorder {version}"), &named);
        self.write(&format!("{folder}/kb.md"), &article);
        self.commit_all(&format!("Declare {version}"));
    }

    /// The same, signed off and published: before the policy asks for anything about formats.
    pub(crate) fn ship(&self, version: &str, components: &[&str], declared: &str) {
        self.declare(version, components, declared);
        self.sign_all(version);
        self.publish(version).exits(0);
    }

    /// Puts a policy in force that declares these interfaces.
    pub(crate) fn exchange(&self, interfaces: &str) {
        self.adopt_policy(&["dana", "sam"], |it| it + interfaces, same);
    }
}
