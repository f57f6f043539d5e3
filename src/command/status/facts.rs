//! The facts about one release, each with the word that stands before it.

use holdpoint_core::catalog::artifact_path;
use holdpoint_core::decide::{Outlet, Publication};
use holdpoint_core::name::{escaped, listed};
use holdpoint_core::policy::Policy;
use holdpoint_core::statement::Artifact;
use jiff::civil::Date;

use super::Reader;
use super::account::{Account, Paper};
use super::sites::Shown;
use crate::answer::{day_of, said};
use crate::render::size;

/// A word, and what is said about it.
pub(super) type Fact = (&'static str, String);

/// What is known of a release, in the order in which it is asked for.
pub(super) fn facts(account: &Account, policy: Option<&Policy>, today: Date, reader: Reader) -> Vec<Fact> {
    let is_desk = reader == Reader::Desk;
    if !is_desk && !account.position.is_out() {
        return Vec::new();
    }
    let mut facts: Vec<Fact> = Vec::new();
    if let Some(release) = &account.release {
        facts.push(("title", release.title.to_string()));
        if is_desk && let Some(reason) = &release.cancelled {
            facts.push(("cancelled", reason.to_string()));
        }
        let components = release.components.iter().map(|it| format!("{} {}", it.name, it.version));
        facts.push(("components", listed(components, "and")));
    }
    facts.extend(account.artifacts.iter().map(|it| ("file", file(account, it, policy))));
    for (publication, shown) in account.publications.iter().filter(|_| is_desk) {
        facts.push(("site", site(publication, shown)));
    }
    if let Some(release) = &account.release {
        facts.push(("support", support(release.support_until, today)));
    }
    let article = account.article.iter().filter(|it| is_desk || it.is_for_customers());
    facts.extend(article.map(|it| ("article", paper(it))));
    facts.extend(account.notice.iter().map(|it| ("notice", paper(it))));
    if is_desk {
        facts.extend(account.release.as_ref().map(|it| {
            let named = |it: &Option<_>| it.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string);
            ("owner", format!("{}, deputy {}", named(&it.owner), named(&it.deputy)))
        }));
        facts.extend(account.debts.iter().map(|it| ("WAIVED", it.words())));
    }
    facts
}

fn file(account: &Account, it: &Artifact, policy: Option<&Policy>) -> String {
    let digest = it.sha256.short();
    let mut words = format!("{}, {}, sha256 {digest}…", it.file, size::words(it.size));
    let address = account.publications.first().and_then(|(publication, _)| {
        let public = policy?.site(&publication.site)?.public.as_ref()?;
        let path = artifact_path(&it.component, account.version_of(&it.component)?, &it.file);
        Some(format!("{}/{path}", public.as_str().trim_end_matches('/')))
    });
    words.extend(address.map(|it| format!(", {it}")));
    words
}

fn site(publication: &Publication, shown: &Shown) -> String {
    let how = if publication.outlet == Outlet::Adopted { " (it went out outside the gate)" } else { "" };
    let name = format!("{}{how}", publication.site);
    let (by, at) = (listed(&publication.by, "and"), day_of(publication.at));
    match shown {
        Shown::Listed => format!("{name} lists it; recorded by {by} on {at}"),
        Shown::NotYet => format!("{name} does not list it yet; recorded by {by} on {at}"),
        Shown::Beside => format!("{name} holds it, and its index does not list it; recorded by {by} on {at}"),
        Shown::Dropped => format!("{name} is not a site of the policy any more; recorded by {by} on {at}"),
        Shown::Unknown(why) => {
            format!("{name}; recorded by {by} on {at}. Whether it shows it is not known here: {}", escaped(why))
        }
    }
}

fn support(until: Date, today: Date) -> String {
    if until < today { format!("ended on {}", said(until)) } else { format!("until {}", said(until)) }
}

fn paper(it: &Paper) -> String {
    let words = [Some(escaped(&it.title)), it.id.as_deref().map(escaped), it.url.as_deref().map(escaped)];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::account::Position;
    use super::super::sample::{account, published};
    use super::*;

    fn words(account: &Account, reader: Reader) -> Vec<&'static str> {
        facts(account, None, "2026-11-21".parse().unwrap(), reader).into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn a_customer_sees_no_people_and_nothing_of_what_is_not_out() {
        let mut account = account(Position::Published);
        account.publications = vec![(published("downloads"), Shown::Listed)];
        assert_eq!(words(&account, Reader::Desk), ["title", "components", "site", "support", "owner"]);
        assert_eq!(words(&account, Reader::Customer), ["title", "components", "support"]);
        account.position = Position::Waiting;
        assert!(words(&account, Reader::Customer).is_empty());
    }

    #[test]
    fn an_article_for_support_is_not_for_customers() {
        let mut account = account(Position::Published);
        let paper = |it: &str| Paper { title: "T".into(), id: None, url: None, audience: vec![it.into()] };
        account.article = Some(paper("support"));
        assert!(!words(&account, Reader::Customer).contains(&"article"));
        account.article = Some(paper("Customers"));
        assert!(words(&account, Reader::Customer).contains(&"article"));
    }

    #[test]
    fn support_that_is_over_is_said_to_be() {
        assert_eq!(support("2026-11-20".parse().unwrap(), "2026-11-21".parse().unwrap()), "ended on 20 November 2026");
        assert_eq!(support("2026-11-21".parse().unwrap(), "2026-11-21".parse().unwrap()), "until 21 November 2026");
    }
}
