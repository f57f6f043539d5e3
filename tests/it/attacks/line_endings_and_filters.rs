//! `core.autocrlf`, smudge filters, `export-subst`, `working-tree-encoding` (row 30): it verifies the same.

use crate::sandbox::Sandbox;

#[test]
fn conversions_of_the_work_tree_change_nothing() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.git(&["config", "filter.upper.smudge", "tr a-z A-Z"]);
    sandbox.git(&["config", "filter.upper.clean", "cat"]);
    sandbox.write(
        ".git/info/attributes",
        "*.md filter=upper text eol=crlf\n*.toml text eol=crlf export-subst\n*.sig working-tree-encoding=UTF-16\n",
    );
    sandbox.git(&["rm", "-q", "-r", "--cached", "releases"]);
    sandbox.git(&["reset", "-q", "--hard"]);
    sandbox.check("2.7.0").exits(0);
}
