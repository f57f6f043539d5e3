//! Kubernetes' rules for versions that run side by side: what is derived from the declarations is what the rules say, pair by
//! pair, and a mixed fleet narrows what goes with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use holdpoint_core::compatibility::{
    Compatibility, Derived, Exchange, Field, Order, Outing, Outlook, PairVerdict, Shipped,
};
use holdpoint_core::digest::Digest;
use holdpoint_core::key::Ring;
use holdpoint_core::name::{ComponentName, Version};
use holdpoint_core::policy::Policy;
use holdpoint_core::release::{Component, Release};
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::attacks::founded_with;
use crate::examples::{answers_as_shown, text};
use crate::sandbox::Sandbox;

/// The ten minor versions, and the two before them, for which narrower rules held.
const MINORS: std::ops::RangeInclusive<u32> = 23..=34;

/// The components of every release.
const COMPONENTS: [&str; 7] = [
    "cloud-controller-manager",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubectl",
    "kubelet",
];

/// A policy with the interfaces of the example.
fn policy() -> Policy {
    let sandbox = founded_with(|it| it + "\n" + &text("kubernetes/interfaces.toml"));
    let (rules, ring) = (sandbox.read("policy/0001/policy.toml"), sandbox.read("policy/0001/signers"));
    let people = Ring::parse("signers", ring.as_bytes()).unwrap();
    Policy::read("policy.toml", rules.as_bytes(), &people, ring.as_bytes()).unwrap()
}

/// What each component of a minor version declares.
fn declarations(minor: u32) -> String {
    // Callers from before 1.25 are taken when they are at most two minor versions away, later ones three.
    let near = |caller: &u32| caller.abs_diff(minor) <= if *caller < 25 { 2 } else { 3 };
    let list = |from: u32, to: u32, takes: &dyn Fn(&u32) -> bool| {
        let all: Vec<String> = (from..=to).filter(|it| takes(it)).map(|it| format!("\"1.{it}\"")).collect();
        format!("[{}]", all.join(", "))
    };
    let own = list(minor, minor, &|_| true);
    let nodes = list(minor - 3, minor, &near);
    let beside = list(minor - 3, minor + 3, &near);
    let controllers = list(minor - 1, minor, &|_| true);
    let around = list(minor - 1, minor + 1, &|_| true);
    format!(
        "schema = 1\n[component.kube-apiserver]\nreads.nodes = {nodes}\nreads.controllers = {controllers}\nreads.clients = {around}\n\
         writes.peers = {own}\nreads.peers = {around}\n[component.kube-controller-manager]\nwrites.controllers = {own}\n\
         [component.kube-scheduler]\nwrites.controllers = {own}\n[component.cloud-controller-manager]\nwrites.controllers = {own}\n\
         [component.kubelet]\nwrites.nodes = {own}\nreads.beside = {beside}\n[component.kube-proxy]\nwrites.nodes = {own}\n\
         writes.beside = {own}\n[component.kubectl]\nwrites.clients = {own}\n"
    )
}

fn version(minor: u32) -> Version {
    format!("1.{minor}.0").parse().unwrap()
}

fn component(name: &str, minor: u32) -> Component {
    Component { name: name.parse().unwrap(), version: version(minor) }
}

fn declared(minor: u32) -> Compatibility {
    Compatibility::read("compatibility.toml", declarations(minor).as_bytes(), None).unwrap()
}

/// The day on which a minor version goes out: three a year, and all of them are in support today.
fn out(minor: u32) -> Date {
    date(2090 + i16::try_from(minor / 3).unwrap(), i8::try_from(minor % 3 * 4 + 1).unwrap(), 1)
}

/// A minor version that is out, and in support until the day before another one.
fn shipped(minor: u32, until: u32) -> Shipped {
    let outing = Outing {
        id: Digest::of(version(minor).to_string().as_bytes()),
        site: "downloads".parse().unwrap(),
        is_proven: true,
        is_adopted: false,
        is_there: true,
    };
    Shipped {
        release: version(minor),
        components: COMPONENTS.map(|it| component(it, minor)).into(),
        support_until: out(until).yesterday().unwrap(),
        declared: declared(minor),
        files: Vec::new(),
        outings: vec![outing],
        objection: None,
        doubts: Vec::new(),
    }
}

/// The record of a minor version.
fn release(minor: u32) -> String {
    let components: String = COMPONENTS.iter().map(|it| format!("[[component]]\nname = \"{it}\"\n")).collect();
    format!(
        "schema = 1\nversion = \"1.{minor}.0\"\ntitle = \"Kubernetes 1.{minor}\"\nowner = \"dana@example.com\"\n\
         deputy = \"sam@example.com\"\nplanned = {}\nsupport_until = {}\n{components}",
        out(minor),
        out(minor + 2).yesterday().unwrap()
    )
}

/// What Kubernetes says, as arithmetic over minor versions: the component, its version, and that of the API server.
fn goes_with_server(caller: &str, own: u32, server: u32) -> bool {
    match caller {
        "kubelet" | "kube-proxy" if own < 25 => own <= server && server - own <= 2,
        "kubelet" | "kube-proxy" => own <= server && server - own <= 3,
        "kube-controller-manager" | "kube-scheduler" | "cloud-controller-manager" => own == server || own + 1 == server,
        "kubectl" | "kube-apiserver" => own + 1 >= server && server + 1 >= own,
        _ => unreachable!("{caller}"),
    }
}

/// The same of a kube-proxy and the kubelet beside it.
fn goes_beside(proxy: u32, kubelet: u32) -> bool {
    let furthest = if proxy < 25 { 2 } else { 3 };
    kubelet + furthest >= proxy && proxy + furthest >= kubelet
}

/// Every version that is out, with nobody asking about a release.
fn whole_field() -> Field {
    let all: Vec<Shipped> = MINORS.map(|it| shipped(it, 99)).collect();
    Field::of_shipped(&all, Outlook { sites: &BTreeSet::new(), day: out(34), takes_pre_releases: false })
}

#[test]
fn the_declarations_that_are_shown_are_those_of_the_table() {
    for minor in [33, 34] {
        let path = format!("kubernetes/releases/1.{minor}.0/compatibility.toml");
        let shown = Compatibility::read(&path, text(&path).as_bytes(), None).unwrap();
        assert_eq!(shown.components, declared(minor).components, "{path}");
    }
}

#[test]
fn every_pair_is_what_the_rules_say() {
    let (policy, field) = (policy(), whole_field());
    let (mut works, mut fails) = (0, 0);
    for interface in policy.interfaces() {
        let exchange = Exchange::new(interface, &field);
        for (writer, reader) in
            interface.writers.iter().flat_map(|one| interface.readers.iter().map(move |it| (one, it)))
        {
            for (own, other) in MINORS.flat_map(|own| MINORS.map(move |other| (own, other))) {
                let pair =
                    exchange.pair_of(&component(writer.as_str(), own), &component(reader.as_str(), other)).unwrap();
                let expected = match reader.as_str() {
                    "kube-apiserver" => goes_with_server(writer.as_str(), own, other),
                    "kubelet" => goes_beside(own, other),
                    _ => unreachable!("{reader}"),
                };
                let verdict = if expected { PairVerdict::Works } else { PairVerdict::Fails };
                assert_eq!(pair.verdict, verdict, "{}: {}", interface.name, pair.about());
                *(if expected { &mut works } else { &mut fails }) += 1;
            }
        }
    }
    // Eight pairs of components, twelve versions each; counted on paper: 40 + 40 + 3 × 23 + 34 + 34 + 70.
    assert_eq!((works, fails), (287, 8 * 12 * 12 - 287));
}

/// The versions of a component that go with each of these API servers.
fn goes_with_all(policy: &Policy, field: &Field, name: &str, servers: &[u32]) -> Vec<u32> {
    let name: ComponentName = name.parse().unwrap();
    let interfaces = || policy.interfaces().iter().filter(|it| it.writers.contains(&name));
    let with_server = interfaces().find(|it| it.readers.iter().any(|it| it.as_str() == "kube-apiserver")).unwrap();
    let exchange = Exchange::new(with_server, field);
    let works = |own: u32, server: u32| {
        let pair = exchange.pair_of(&component(name.as_str(), own), &component("kube-apiserver", server)).unwrap();
        pair.verdict == PairVerdict::Works
    };
    MINORS.filter(|own| servers.iter().all(|server| works(*own, *server))).collect()
}

#[test]
fn a_mixed_fleet_narrows_what_goes_with_it() {
    let (policy, field) = (policy(), whole_field());
    let with = |name: &str, servers: &[u32]| goes_with_all(&policy, &field, name, servers);
    assert_eq!(with("kubectl", &[33]), [32, 33, 34]);
    assert_eq!(with("kubectl", &[33, 32]), [32, 33]);
    assert_eq!(with("kubelet", &[33]), [30, 31, 32, 33]);
    assert_eq!(with("kubelet", &[33, 32]), [30, 31, 32]);
    assert_eq!(with("kube-proxy", &[33, 32]), [30, 31, 32]);
    assert_eq!(with("kube-controller-manager", &[33]), [32, 33]);
    assert_eq!(with("kube-scheduler", &[33, 32]), [32]);
    // A third API server would have to be within one of both.
    assert_eq!(with("kube-apiserver", &[33, 32]), [32, 33]);
    assert_eq!(with("kube-apiserver", &[33, 31]), [32]);
}

/// The order of the upgrade to 1.34, where each version is in support until the day before the one that is so many later.
fn order(supported_for: u32) -> Order {
    let policy = policy();
    let earlier: Vec<Shipped> = (23..34).map(|it| shipped(it, it + supported_for)).collect();
    let outlook = Outlook { sites: &BTreeSet::new(), day: out(34), takes_pre_releases: false };
    let release = Release::read("release.toml", release(34).as_bytes(), &version(34), None).unwrap();
    let field = Field::of_shipped(&earlier, outlook).with_own(&release, &declared(34), &|_| true);
    Derived::new(&policy, &field).order().clone()
}

#[test]
fn the_api_server_is_upgraded_first() {
    let Order::Stages(stages) = order(2) else { panic!("there is an order from 1.33 to 1.34") };
    let names: Vec<Vec<&str>> =
        stages.iter().map(|it| it.components.iter().map(ComponentName::as_str).collect()).collect();
    assert_eq!(names[0], ["kube-apiserver"]);
    let blamed: Vec<(&str, bool)> =
        stages[1..].iter().map(|it| (it.components[0].as_str(), it.because.is_empty())).collect();
    assert_eq!(
        blamed,
        [
            ("cloud-controller-manager", false),
            ("kube-controller-manager", false),
            ("kube-proxy", false),
            ("kube-scheduler", false),
            ("kubectl", true), // within one minor version either way: any time will do
            ("kubelet", false),
        ]
    );
}

#[test]
fn two_minor_versions_at_once_have_no_order() {
    let Order::Knot(stages) = order(3) else { panic!("a controller of 1.32 does not go with an API server of 1.34") };
    let server = stages.iter().find(|it| it.components[0].as_str() == "kube-apiserver").unwrap();
    let blamed: BTreeSet<String> = server.because.iter().map(holdpoint_core::compatibility::Pair::about).collect();
    assert!(blamed.contains("controllers:kube-controller-manager@1.32.0/kube-apiserver@1.34.0"), "{blamed:?}");
}

/// The example as a repository: the twelve are out, and 1.35.0 is being prepared. A file of a few bytes stands for each program.
fn cluster() -> Sandbox {
    let sandbox = founded_with(|it| it + "\n" + &text("kubernetes/interfaces.toml"));
    for minor in MINORS.chain([35]) {
        let (version, folder) = (version(minor), format!("releases/1.{minor}.0"));
        let mut artifacts = "schema = 1\n".to_owned();
        for name in COMPONENTS {
            let bytes = format!("{name} {version}\n");
            artifacts += &format!(
                "[[artifact]]\ncomponent = \"{name}\"\nfile = \"{name}\"\nsize = {}\nsha256 = \"{}\"\n",
                bytes.len(),
                Digest::of(bytes.as_bytes())
            );
            let shelf = sandbox.path(&format!("site/{name}/{version}"));
            fs::create_dir_all(&shelf).unwrap();
            fs::write(shelf.join(name), bytes).unwrap();
        }
        sandbox.write(&format!("{folder}/release.toml"), &release(minor));
        sandbox.write(&format!("{folder}/compatibility.toml"), &declarations(minor));
        sandbox.write(&format!("{folder}/artifacts.toml"), &artifacts);
        sandbox.write(&format!("{folder}/matrix.md"), "# What goes with what\n");
    }
    sandbox.commit_all("Write 1.23 to 1.35");
    for minor in MINORS {
        let version = version(minor).to_string();
        let adopt = ["record", &version, "--adopt", "--yes", "--reason", "out before the gate"];
        sandbox.as_person("dana", &adopt).exits(0);
    }
    sandbox
}

/// What `stack` says works with these, by component.
fn stack(sandbox: &Sandbox, with: &[String]) -> BTreeMap<String, BTreeSet<String>> {
    let with = with.iter().flat_map(|it| ["--with", it]);
    let answer = sandbox.holdpoint(&["stack", "--format", "json"].into_iter().chain(with).collect::<Vec<_>>());
    let json = answer.exits(0).json();
    let components = json["components"].as_array().unwrap();
    let texts =
        |it: &Value| it.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let working = |it: &Value| -> BTreeSet<String> {
        let rows = it["rows"].as_array().unwrap().iter().filter(|it| it["verdict"] == "works");
        rows.flat_map(|it| texts(&it["versions"])).collect()
    };
    components.iter().map(|it| (it["component"].as_str().unwrap().to_owned(), working(it))).collect()
}

fn versions(minors: impl Iterator<Item = u32>) -> BTreeSet<String> {
    minors.map(|it| version(it).to_string()).collect()
}

#[test]
fn the_program_says_what_the_rules_say() {
    let sandbox = cluster();
    for given in MINORS {
        let found = stack(&sandbox, &[format!("kube-apiserver@1.{given}")]);
        for name in COMPONENTS {
            // Nobody asks whether one program goes with itself.
            let is_same = |it: &u32| name == "kube-apiserver" && *it == given;
            let expected = versions(MINORS.filter(|it| goes_with_server(name, *it, given) && !is_same(it)));
            assert_eq!(found[name], expected, "{name} with kube-apiserver 1.{given}");
        }
        let found = stack(&sandbox, &[format!("kubelet@1.{given}")]);
        assert_eq!(
            found["kube-proxy"],
            versions(MINORS.filter(|it| goes_beside(*it, given))),
            "beside kubelet 1.{given}"
        );
    }
    let mixed = stack(&sandbox, &["kube-apiserver@1.33".to_owned(), "kube-apiserver@1.32".to_owned()]);
    let goes = |name: &str, minors: &[u32]| assert_eq!(mixed[name], versions(minors.iter().copied()), "{name}");
    goes("kubectl", &[32, 33]);
    goes("kubelet", &[30, 31, 32]);
    goes("kube-proxy", &[30, 31, 32]);
    goes("kube-scheduler", &[32]);
    let order = sandbox.holdpoint(&["order", "1.35.0", "--format", "json"]).exits(0).json();
    assert_eq!(order["order"]["steps"][0]["components"], serde_json::json!(["kube-apiserver"]), "{order:#}");
    assert_eq!(answers_as_shown(&sandbox, "kubernetes/README.md"), 3);
}
