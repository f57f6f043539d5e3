//! Armor with junk before or after, other line lengths, CRLF, trailing spaces (row 33): only the canonical one passes.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn only_the_armor_that_ssh_keygen_writes_passes() {
    let sandbox = Sandbox::signed();
    let path = format!("{}.sig", sandbox.entry("2.7.0", "requirement = \"kb\"").display());
    let good = fs::read_to_string(&path).unwrap();
    let body: String = good.lines().filter(|it| !it.starts_with("-----")).collect();
    let short: Vec<String> = body.as_bytes().chunks(64).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    let variants = [
        format!("junk\n{good}"),
        format!("{good}junk\n"),
        format!("{good}\n"),
        format!("\n{good}"),
        good.replace('\n', "\r\n"),
        good.replacen('\n', " \n", 2),
        good.trim_end().to_owned(),
        format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", short.join("\n")),
        good.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        format!("{good}{good}"),
        String::new(),
    ];
    for variant in variants {
        fs::write(&path, &variant).unwrap();
        sandbox.commit_all("Write the armor otherwise");
        sandbox.check("2.7.0").finds(4, "bad-entry");
    }
    fs::write(&path, good).unwrap();
    sandbox.commit_all("Restore it");
    sandbox.check("2.7.0").exits(0);
}
