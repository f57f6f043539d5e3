//! How a good candidate is spoiled for customers who have something else: under a policy that asks what opens what.

use std::sync::Arc;

use super::stage::Stage;
use crate::compatibility::{Compatibility, Outing, Shipped, matrix_md};
use crate::decide::matrix;
use crate::digest::Digest;
use crate::policy::Sealed;
use crate::release::Component;

/// What the recorder writes and a player reads.
const INTERFACE: &str = "\n[[interface]]\nname = \"rec\"\ntitle = \"Recording\"\nkind = \"file\"\nwriters = [\"recorder\"]\n\
    readers = [\"player\"]\nkeep_readable = \"all\"\nevidence = \"declared\"\n";

/// The one player that is said to be out is not proven to be.
pub(super) fn orphaned(stage: &mut Stage) -> Option<()> {
    ask(stage)?;
    stage.facts.shipped = Arc::new(vec![player("2.4.0", "reads.rec = [\"3\"]", false)?]);
    stage.derive()
}

/// The one player is recorded, and nobody can get it.
pub(super) fn unlisted(stage: &mut Stage) -> Option<()> {
    ask(stage)?;
    let mut player = player("2.4.0", "reads.rec = [\"3\"]", true)?;
    player.outings.iter_mut().for_each(|it| it.is_there = false);
    stage.facts.shipped = Arc::new(vec![player]);
    stage.derive()
}

/// What the recorder writes is read with a loss, and by nothing else.
pub(super) fn dead_end(stage: &mut Stage) -> Option<()> {
    ask(stage)?;
    let reads = "reads.rec = [\"3\"]\ndegraded.rec = { \"3\" = \"no sound\" }";
    stage.facts.shipped = Arc::new(vec![player("2.4.0", reads, true)?]);
    stage.derive()
}

/// An older player does not open it, and a newer one does.
pub(super) fn untold(stage: &mut Stage) -> Option<()> {
    ask(stage)?;
    let (old, new) =
        (player("2.4.0", "reads.rec = [\"2\"]", true)?, player("2.5.0", "reads.rec = [\"2\", \"3\"]", true)?);
    stage.facts.shipped = Arc::new(vec![old, new]);
    stage.derive()
}

/// Everything works, and the matrix was written by somebody who did not ask.
pub(super) fn hand_made(stage: &mut Stage) -> Option<()> {
    ask(stage)?;
    stage.facts.shipped = Arc::new(vec![player("2.4.0", "reads.rec = [\"3\"]", true)?]);
    Some(())
}

/// Adopts a policy with the interface.
fn ask(stage: &mut Stage) -> Option<()> {
    stage.adopt_policy(&Sealed::default(), |it| it + INTERFACE, |it| it, &["dana", "sam"])
}

/// A player that is out.
fn player(version: &str, reads: &str, is_proven: bool) -> Option<Shipped> {
    let declared = format!("schema = 1\n[component.player]\n{reads}\n");
    let id = Digest::of(version.as_bytes());
    let outing = Outing { id, site: "downloads".parse().ok()?, is_proven, is_adopted: false, is_there: true };
    Some(Shipped {
        release: version.parse().ok()?,
        components: vec![Component { name: "player".parse().ok()?, version: version.parse().ok()? }],
        support_until: "2099-12-31".parse().ok()?,
        declared: Compatibility::read("compatibility.toml", declared.as_bytes(), None).ok()?,
        files: Vec::new(),
        outings: vec![outing],
        objection: None,
        doubts: Vec::new(),
    })
}

impl Stage {
    /// Writes the matrix that follows now, and has it signed.
    fn derive(&mut self) -> Option<()> {
        let evidence = self.evidence().ok()?;
        let text = matrix_md(&matrix(&evidence, evidence.head().records()?));
        self.write("matrix.md", &text);
        self.approve("compatibility", "ned").map(drop)
    }
}
