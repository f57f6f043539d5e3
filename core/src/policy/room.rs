//! Whether what a policy asks for fits into the statements that sign it off: whoever may say yes or no must be able to.

use std::collections::BTreeSet;

use super::{Requirement, WaiverRule};
use crate::name::{Project, SubjectPath, counted};
use crate::record::Table;
use crate::statement::{LARGEST_STATEMENT, MOST_FOR_ALL_SUBJECTS, most_for_subjects, room_of_subjects};

/// Notes each requirement whose files no sign-off has room for; and all files together, where a waiver or a publication has none.
pub(super) fn check(
    table: &Table<'_, '_>,
    project: &Project,
    requirements: &[Requirement],
    waiver: Option<&WaiverRule>,
) {
    let most = most_for_subjects(project);
    let note = |what: String, count: usize, room: usize, most: usize| {
        let message = format!(
            "{what} {}, which take {room} bytes of a statement; {most} are the most, because a statement has {LARGEST_STATEMENT}",
            counted(count, "file")
        );
        table.sheet().fault(table.span(), message, "name fewer files, or put some of them into one");
    };
    for requirement in requirements {
        let room = room_of_subjects(&requirement.subjects);
        if room > most {
            note(format!("the requirement `{}` covers", requirement.name), requirement.subjects.len(), room, most);
        }
    }
    let all: BTreeSet<&SubjectPath> = requirements.iter().flat_map(|it| &it.subjects).collect();
    let room = room_of_subjects(all.iter().copied());
    // A waiver names every file; a publication does too, and may be larger.
    if waiver.is_some() && room > most {
        note("`[waiver]` covers".to_owned(), all.len(), room, most);
    } else if room > MOST_FOR_ALL_SUBJECTS {
        note("the requirements cover".to_owned(), all.len(), room, MOST_FOR_ALL_SUBJECTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    /// What is wrong with the policy of the example once its article has so many files beside it.
    fn told(count: usize, with_waiver: bool) -> Vec<String> {
        let more: String = (0..count).map(|it| format!(", \"docs/{it:04}.md\"")).collect();
        let edit = |it: &str| {
            let it = it.replace("subjects = [\"kb.md\"]", &format!("subjects = [\"kb.md\"{more}]"));
            if with_waiver { it } else { it.replace("[waiver]\nrole = \"duty\"\napprovals = 2\nmax_hours = 72\n", "") }
        };
        let files = crate::drill::stage::founded(edit, |it| it).unwrap();
        let findings = crate::policy::Chain::read(&files).err().unwrap_or_default();
        findings.into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn what_a_sign_off_has_no_room_for_is_told_with_the_numbers() {
        let project = World::new().evidence().policy().project().clone();
        let one = room_of_subjects(&["docs/0000.md".parse().unwrap()]);
        let all = World::new().evidence().policy().all_subjects().len();
        let own = room_of_subjects(&["kb.md".parse().unwrap()]);
        let most = (most_for_subjects(&project) - own) / one;
        assert_eq!(told(most, false), [""; 0]);
        let over = told(most + 1, false);
        assert_eq!(over.len(), 1, "{over:?}");
        let count = most + 2;
        assert!(over[0].starts_with(&format!("the requirement `kb` covers {count} files, which take ")), "{over:?}");
        let waived = told(most, true);
        assert!(waived[0].starts_with(&format!("`[waiver]` covers {} files", most + all)), "{waived:?}");
    }
}
