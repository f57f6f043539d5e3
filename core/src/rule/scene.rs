//! A scene for tests of pairs: a policy with interfaces, what is out already, and the release that is asked about, each in a line.

use std::collections::BTreeSet;

use super::sample::{KB, NOTICE};
use super::{Compared, check_pairs};
use crate::compatibility::{Compatibility, Derived, Field, Matrix, Outing, Outlook, Pair, Shipped, matrix_md};
use crate::digest::Digest;
use crate::document::{Article, Notice};
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, SiteName, Version};
use crate::policy::Policy;
use crate::release::{Component, Release};
use crate::world::World;

/// The recordings of the guide: a file, to be readable for ever.
pub(crate) const REC: &str = "[[interface]]\nname = \"rec\"\ntitle = \"Recording\"\nkind = \"file\"\nwriters = [\"recorder\", \"editor\"]\n\
    readers = [\"player\", \"editor\"]\nkeep_readable = \"all\"\nevidence = \"declared\"\n";

/// A server and an agent that talk to each other.
pub(crate) const WIRE: &str = "[[interface]]\nname = \"link\"\ntitle = \"Link\"\nkind = \"wire\"\nwriters = [\"agent\"]\n\
    readers = [\"server\"]\nkeep_readable = \"in-support\"\nevidence = \"declared\"\n";

/// The day for which the release that is asked about is planned.
const DAY: &str = "2026-11-20";

/// The scene.
#[derive(Clone)]
pub(crate) struct Scene {
    policy: Policy,
    pub(crate) shipped: Vec<Shipped>,
    own: (Release, Compatibility),
    bare: BTreeSet<ComponentName>,
    sites: BTreeSet<SiteName>,
    written: Option<String>,
    article: Option<Article>,
    notice: Option<Notice>,
}

/// The policy of the world with these interfaces and groups.
pub(crate) fn policy(interfaces: &str) -> Policy {
    let world = World::with_policy(|it| format!("{it}{interfaces}"));
    world.chain().unwrap_or_else(|why| panic!("{why:#?}")).current().clone()
}

/// `recorder@2.7.0 writes:3 asked:2` as component and declaration, of the interface that is named last before it: `link/reads:1`.
/// `loses:1` is read with a loss; a key without formats is an empty list, and one that is not there says nothing.
pub(crate) fn declares(lines: &[&str]) -> (Vec<Component>, String) {
    let (mut components, mut text) = (Vec::new(), String::new());
    for line in lines {
        let mut words = line.split(' ');
        let component = component(words.next().unwrap());
        text += &format!("[component.{}]\n", component.name);
        for word in words {
            let (interface, word) = word.split_once('/').unwrap_or(("rec", word));
            let (key, formats) = word.split_once(':').unwrap();
            let formats: Vec<String> =
                formats.split(',').filter(|it| !it.is_empty()).map(|it| format!("\"{it}\"")).collect();
            text += &match key {
                "asked" => format!("writes_on_request.{interface} = [{}]\n", formats.join(", ")),
                "loses" => {
                    let losses: Vec<String> = formats.iter().map(|it| format!("{it} = \"captions\"")).collect();
                    format!("degraded.{interface} = {{ {} }}\n", losses.join(", "))
                }
                key => format!("{key}.{interface} = [{}]\n", formats.join(", ")),
            };
        }
        components.push(component);
    }
    (components, text)
}

pub(crate) fn component(text: &str) -> Component {
    let (name, version) = text.split_once('@').unwrap();
    Component { name: name.parse().unwrap(), version: version.parse().unwrap() }
}

/// `[[tested]]` of a pair: `recorder@2.7.0 player@2.4.0 fails`, of recordings.
pub(crate) fn test(text: &str) -> String {
    test_of("rec", text)
}

pub(crate) fn test_of(interface: &str, text: &str) -> String {
    let words: Vec<&str> = text.splitn(4, ' ').collect();
    let symptom = words.get(3).map(|it| format!("symptom = \"{it}\"\n")).unwrap_or_default();
    format!(
        "[[tested]]\nwriter = \"{}\"\nreader = \"{}\"\ninterface = \"{interface}\"\nresult = \"{}\"\n{symptom}",
        words[0], words[1], words[2]
    )
}

/// `[[converts]]` of recordings: `converter 3 2`, and what it loses.
pub(crate) fn converts(text: &str) -> String {
    let words: Vec<&str> = text.splitn(4, ' ').collect();
    let loses = words.get(3).map(|it| format!("loses = \"{it}\"\n")).unwrap_or_default();
    format!(
        "[[converts]]\ncomponent = \"{}\"\ninterface = \"rec\"\nfrom = \"{}\"\nto = \"{}\"\n{loses}",
        words[0], words[1], words[2]
    )
}

fn read(version: &Version, support_until: &str, components: &[Component], declared: &str) -> (Release, Compatibility) {
    let mut text = format!(
        "schema = 1\nversion = \"{version}\"\ntitle = \"x\"\nowner = \"dana@example.com\"\ndeputy = \"sam@example.com\"\n\
         planned = {}\nsupport_until = {support_until}\n",
        if support_until < DAY { support_until } else { DAY }
    );
    for it in components {
        text += &format!("[[component]]\nname = \"{}\"\nversion = \"{}\"\n", it.name, it.version);
    }
    let release = Release::read("release.toml", text.as_bytes(), version, None).unwrap_or_else(|it| panic!("{it:#?}"));
    let path = format!("releases/{version}/compatibility.toml");
    let declared = Compatibility::read(&path, format!("schema = 1\n{declared}").as_bytes(), Some(&release));
    (release, declared.unwrap_or_else(|it| panic!("{it:#?}")))
}

/// A release that is out on `downloads`, proven and in support.
pub(crate) fn shipped(release: &str, lines: &[&str], more: &str) -> Shipped {
    shipped_until(release, "2028-01-01", lines, more)
}

pub(crate) fn shipped_until(release: &str, support_until: &str, lines: &[&str], more: &str) -> Shipped {
    let (components, text) = declares(lines);
    let (release, declared) = read(&release.parse().unwrap(), support_until, &components, &(text + more));
    let outing = Outing {
        id: Digest::of(release.version.to_string().as_bytes()),
        site: "downloads".parse().unwrap(),
        is_proven: true,
        is_adopted: false,
        is_there: true,
    };
    Shipped {
        release: release.version,
        components,
        support_until: release.support_until,
        declared,
        files: Vec::new(),
        outings: vec![outing],
        objection: None,
        doubts: Vec::new(),
    }
}

impl Scene {
    /// Under a policy with recordings.
    pub(crate) fn new() -> Self {
        Self::under(REC)
    }

    /// Under a policy with these interfaces and groups.
    pub(crate) fn under(interfaces: &str) -> Self {
        Self::of(policy(interfaces))
    }

    pub(crate) fn of(policy: Policy) -> Self {
        Self {
            policy,
            shipped: Vec::new(),
            own: read(&"2.7.0".parse().unwrap(), "2028-01-01", &[], ""),
            bare: BTreeSet::new(),
            sites: BTreeSet::from(["downloads".parse().unwrap()]),
            written: None,
            article: None,
            notice: None,
        }
    }

    /// A release that is out.
    pub(crate) fn out(mut self, release: &str, lines: &[&str]) -> Self {
        self.shipped.push(shipped(release, lines, ""));
        self
    }

    /// A release that is out, with more in its record.
    pub(crate) fn out_with(mut self, release: &str, lines: &[&str], more: &str) -> Self {
        self.shipped.push(shipped(release, lines, more));
        self
    }

    /// A release that is out, and whose support ended long ago.
    pub(crate) fn old(mut self, release: &str, lines: &[&str]) -> Self {
        self.shipped.push(shipped_until(release, "2020-01-01", lines, ""));
        self
    }

    /// What is out last, changed.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Shipped)) -> Self {
        change(self.shipped.last_mut().unwrap());
        self
    }

    /// The release that is asked about, 2.7.0.
    pub(crate) fn own(self, lines: &[&str], more: &str) -> Self {
        self.own_as("2.7.0", lines, more)
    }

    pub(crate) fn own_as(mut self, version: &str, lines: &[&str], more: &str) -> Self {
        let (components, text) = declares(lines);
        self.own = read(&version.parse().unwrap(), "2028-01-01", &components, &(text + more));
        self
    }

    /// Changes what the release declares.
    pub(crate) fn change_own(&mut self, change: impl FnOnce(&mut Compatibility)) {
        change(&mut self.own.1);
    }

    /// A component of the release that has no artifact.
    pub(crate) fn without_artifact(mut self, name: &str) -> Self {
        self.bare.insert(name.parse().unwrap());
        self
    }

    /// What lies in `matrix.md`.
    pub(crate) fn written(mut self, text: String) -> Self {
        self.written = Some(text);
        self
    }

    /// What lies in `kb.md`, of which the Issue says this.
    pub(crate) fn kb(mut self, text: &str) -> Self {
        let text = KB.replace("It fails.", text);
        self.article = Some(Article::parse("kb.md", text.as_bytes()).unwrap_or_else(|it| panic!("{it:#?}")));
        self
    }

    /// What lies in `notice.md`, which says this of what to do.
    pub(crate) fn notice(mut self, text: &str) -> Self {
        let text = NOTICE.replace("Nothing to do.", text);
        self.notice = Some(Notice::parse("notice.md", text.as_bytes()).unwrap_or_else(|it| panic!("{it:#?}")));
        self
    }

    /// Looks at what follows.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Compared<'_>) -> T) -> T {
        let (release, declared) = &self.own;
        let outlook =
            Outlook { sites: &self.sites, day: release.planned, takes_pre_releases: release.is_pre_release() };
        let has_artifact = |it: &ComponentName| !self.bare.contains(it);
        let field = Field::of_shipped(&self.shipped, outlook).with_own(release, declared, &has_artifact);
        let derived = Derived::new(&self.policy, &field);
        let matrix = Matrix::of(&derived, release);
        look(&Compared {
            release,
            declared,
            policy: &self.policy,
            derived: &derived,
            matrix: &matrix,
            everywhere: &derived,
            signed: &matrix,
            written: self.written.as_deref().map(str::as_bytes),
            shipped: &self.shipped,
            article: self.article.as_ref(),
            notice: self.notice.as_ref(),
        })
    }

    /// `matrix.md` as it has to be.
    pub(crate) fn matrix(&self) -> String {
        self.look(|it| matrix_md(it.matrix))
    }

    /// The required pairs.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        self.look(|it| it.derived.pairs().to_vec())
    }

    /// One of them.
    #[track_caller]
    pub(crate) fn pair(&self, writer: &str, reader: &str) -> Pair {
        let (writer, reader) = (component(writer), component(reader));
        self.pairs().into_iter().find(|it| it.writer == writer && it.reader == reader).unwrap()
    }

    /// What a customer can do about a pair, in words.
    #[track_caller]
    pub(crate) fn routes(&self, writer: &str, reader: &str) -> Vec<String> {
        self.pair(writer, reader).routes.iter().map(ToString::to_string).collect()
    }

    fn findings(&self) -> Vec<Finding> {
        let findings = self.look(check_pairs);
        assert!(findings.iter().all(|it| !it.next.is_empty()), "every finding says what to do: {findings:#?}");
        findings
    }

    /// The findings with this code, as what they are about and what they say.
    pub(crate) fn told(&self, code: Code) -> Vec<String> {
        let own = self.findings().into_iter().filter(|it| it.code == code);
        own.map(|it| format!("{}: {}", it.about, it.message)).collect()
    }

    /// What the findings with this code are about.
    pub(crate) fn about(&self, code: Code) -> Vec<String> {
        self.findings().into_iter().filter(|it| it.code == code).map(|it| it.about).collect()
    }
}
