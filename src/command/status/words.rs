//! The answers themselves: one sentence each, which can be read to a customer.

use holdpoint_core::decide::{Outlet, Publication};
use holdpoint_core::finding::{Code, Severity};
use holdpoint_core::name::{counted, listed};
use jiff::civil::Date;

use super::Reader;
use super::account::{Account, Position, is_visible};
use super::sites::Shown;
use crate::answer::{day_of, said};

/// The answer to "is `subject` out?". `subject` is a version, or a component with one.
pub(super) fn answer(account: &Account, subject: &str, today: Date, reader: Reader) -> String {
    if !account.unrecorded.is_empty() {
        let sites = listed(&account.unrecorded, "and");
        return match reader {
            Reader::Desk if account.position == Position::Unverifiable => {
                format!("Careful: {sites} lists {subject}, and whether it is out cannot be told: its record has faults.")
            }
            Reader::Desk => format!("Careful: {sites} lists {subject}, and no publication of it is recorded."),
            Reader::Customer => format!("{sites} lists {subject}; whether it is to be used is being found out."),
        };
    }
    match (account.position, reader) {
        (Position::Published | Position::Adopted, _) => format!("Yes, {subject} is out {}.", places(account, reader)),
        (Position::Unverifiable, _) => {
            let faults = account.weighty(Severity::Unverifiable).count();
            match reader {
                Reader::Desk => {
                    format!("It cannot be told whether {subject} is out: its record has {}.", counted(faults, "fault"))
                }
                Reader::Customer => format!("It cannot be told yet whether {subject} is out."),
            }
        }
        // What is planned, owed or cancelled is nobody's business outside.
        (_, Reader::Customer) => format!("No, {subject} is not out."),
        (Position::Cancelled, _) => format!("No: {subject} was cancelled."),
        (Position::Publishing, _) => format!(
            "No, not yet: {subject} is being published on {} since {}; it is recorded, and not listed yet.",
            sites_of(account),
            since(account)
        ),
        (Position::Clear, _) => {
            format!("No, not yet: {subject} may go out, and nobody has published it; it {}.", planned(account, today))
        }
        (Position::Waiting, _) => format!("No, not yet: {subject} {}{}.", planned(account, today), owed(account)),
        (Position::Blocked, _) => {
            let codes = blockers(account);
            format!("No, not yet: {subject} is stopped ({codes}); it {}{}.", planned(account, today), owed(account))
        }
    }
}

/// Since when and where: "since 21 November 2026 (downloads)".
pub(super) fn places(account: &Account, reader: Reader) -> String {
    let visible = account.publications.iter().filter(|it| is_visible(it));
    let unseen = |outlet: Outlet, shown: &Shown| match (outlet, shown, reader) {
        (Outlet::Published, Shown::Unknown(_), Reader::Desk) => ", not seen from here",
        // Whether it was ever listed there, nobody can find out any more; a customer relies on the answer.
        (_, Shown::Dropped, Reader::Desk) => ", which is not a site of the policy any more",
        (_, Shown::Dropped, Reader::Customer) => "; whether it can be downloaded there is being found out",
        _ => "",
    };
    let words: Vec<String> = visible.map(|(it, shown)| format!("{}{}", place(it), unseen(it.outlet, shown))).collect();
    words.join("; ")
}

/// When an adopted version went out is not known; only since when that is written down.
pub(in crate::command) fn place(it: &Publication) -> String {
    match it.outlet {
        Outlet::Published => format!("since {} ({})", day_of(it.at), it.site),
        Outlet::Adopted => format!("({}; on record since {})", it.site, day_of(it.at)),
    }
}

fn since(account: &Account) -> String {
    account.publications.iter().map(|(it, _)| it.at).min().map(day_of).unwrap_or_default()
}

fn sites_of(account: &Account) -> String {
    listed(account.publications.iter().map(|(it, _)| &it.site), "and")
}

/// "is planned for 20 November 2026", or "was" where that day has passed.
pub(super) fn planned(account: &Account, today: Date) -> String {
    match &account.release {
        Some(it) if it.planned < today => format!("was planned for {}", said(it.planned)),
        Some(it) => format!("is planned for {}", said(it.planned)),
        None => "has no date".to_owned(),
    }
}

/// "; still owed: Compatibility matrix and Customer notice", or nothing.
fn owed(account: &Account) -> String {
    let mut owed: Vec<String> = account.owed().iter().map(|it| it.title.to_string()).collect();
    owed.extend(account.findings.iter().any(|it| it.code == Code::TooEarly).then(|| "the day".to_owned()));
    if owed.is_empty() { String::new() } else { format!("; still owed: {}", listed(owed, "and")) }
}

/// The codes of what stops it, each once.
fn blockers(account: &Account) -> String {
    let mut codes: Vec<Code> = account.weighty(Severity::Blocked).map(|it| it.code).collect();
    codes.dedup();
    listed(codes, "and")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{account, adopted, published};
    use super::*;

    fn on(day: &str, account: &Account, reader: Reader) -> String {
        answer(account, "2.7.0", day.parse().unwrap(), reader)
    }

    #[test]
    fn says_yes_with_day_and_place() {
        let mut account = account(Position::Published);
        account.publications = vec![(published("downloads"), Shown::Unknown("away".to_owned()))];
        let said = "Yes, 2.7.0 is out since 21 November 2026 (downloads)";
        assert_eq!(on("2026-12-01", &account, Reader::Desk), format!("{said}, not seen from here."));
        assert_eq!(on("2026-12-01", &account, Reader::Customer), format!("{said}."));
    }

    #[test]
    fn what_was_adopted_is_out_since_nobody_knows_when() {
        let mut account = account(Position::Adopted);
        account.publications = vec![(adopted("downloads"), Shown::Listed)];
        let said = on("2026-12-01", &account, Reader::Desk);
        assert_eq!(said, "Yes, 2.7.0 is out (downloads; on record since 21 November 2026).");
    }

    #[test]
    fn says_what_is_owed_and_for_when_it_is_or_was_planned() {
        let account = account(Position::Waiting);
        let owed = "still owed: Customer notice.";
        let said = |day| on(day, &account, Reader::Desk);
        assert_eq!(said("2026-11-20"), format!("No, not yet: 2.7.0 is planned for 20 November 2026; {owed}"));
        assert_eq!(said("2026-11-21"), format!("No, not yet: 2.7.0 was planned for 20 November 2026; {owed}"));
    }

    #[test]
    fn a_customer_hears_nothing_of_plans() {
        for position in [Position::Waiting, Position::Blocked, Position::Clear, Position::Cancelled] {
            assert_eq!(on("2026-11-20", &account(position), Reader::Customer), "No, 2.7.0 is not out.");
        }
    }

    #[test]
    fn a_site_that_knows_more_than_the_record_is_said_first() {
        let mut account = account(Position::Waiting);
        account.unrecorded = vec!["downloads".parse().unwrap()];
        let said = on("2026-11-20", &account, Reader::Desk);
        assert_eq!(said, "Careful: downloads lists 2.7.0, and no publication of it is recorded.");
        account.position = Position::Unverifiable;
        let said = on("2026-11-20", &account, Reader::Desk);
        let unclear = "whether it is out cannot be told: its record has faults.";
        assert_eq!(said, format!("Careful: downloads lists 2.7.0, and {unclear}"), "what cannot be read may record it");
    }
}
