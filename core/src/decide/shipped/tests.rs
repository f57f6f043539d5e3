//! When a release is out for others, and what makes it doubtful.

use super::*;
use crate::world::World;

/// Each statement that it is out: whether it is proven, and whether the owners took it in.
fn outings(world: &World) -> Option<Vec<(bool, bool)>> {
    Some(shipped(&world.evidence())?.outings.iter().map(|it| (it.is_proven, it.is_adopted)).collect())
}

#[test]
fn what_nobody_says_is_out_is_not() {
    assert_eq!(outings(&World::signed()), None);
}

#[test]
fn what_was_signed_off_or_taken_in_is_proven() {
    let mut published = World::signed();
    published.publish("ci");
    assert_eq!(outings(&published), Some(vec![(true, false)]));
    let mut adopted = World::new();
    adopted.adopt("dana");
    assert_eq!(outings(&adopted), Some(vec![(true, true)]));
}

#[test]
fn whoever_could_publish_is_believed_that_it_is_out_and_nobody_else() {
    let by = |who: &str| {
        let mut world = World::new();
        world.publish(who);
        outings(&world)
    };
    assert_eq!(by("ci"), Some(vec![(false, false)]), "nobody signed it off");
    assert_eq!(by("maria"), None);
    let mut world = World::new();
    world.adopt("maria");
    assert_eq!(outings(&world), None, "the owners take in, nobody else");
}

#[test]
fn a_deciding_file_that_changed_since_is_a_doubt_and_a_text_for_people_is_none() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("kb.md", "\nmore\n");
    let doubts = |world: &World| -> Vec<(Code, String)> {
        shipped(&world.evidence()).unwrap().doubts.into_iter().map(|it| (it.code, it.about)).collect()
    };
    assert_eq!(doubts(&world), []);
    world.append("compatibility.toml", "# more\n");
    assert_eq!(doubts(&world), [(Code::PublishedChanged, "releases/2.7.0/compatibility.toml".to_owned())]);
}

#[test]
fn what_is_out_and_cannot_be_read_is_a_doubt_with_its_place() {
    let mut world = World::signed();
    world.publish("ci");
    world.write("compatibility.toml", "schema = 1\ncolour = 1\n");
    let doubt = shipped(&world.evidence()).unwrap().doubts.pop().unwrap();
    assert_eq!((doubt.code, doubt.about.as_str()), (Code::BadRecord, "releases/2.7.0"));
    assert_eq!(doubt.place.unwrap().path, "releases/2.7.0/compatibility.toml");
}
