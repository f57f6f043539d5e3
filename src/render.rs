//! How answers look: for people, for programs, for GitHub's log and its job summary.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::finding::{Code, Finding, to_act_on};
use holdpoint_core::name::{Person, counted, listed};
use jiff::Timestamp;

pub(crate) mod decision;
pub(crate) mod edge;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod paint;
pub(crate) mod pairs;
pub(crate) mod place;
pub(crate) mod size;
pub(crate) mod snippet;
pub(crate) mod wrap;

/// How long ago something was: "2 days ago". What a signer claims may lie in the future; then it says so.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    let spell = |seconds: i64| {
        let (count, unit) = match seconds {
            it @ 0..=119 => (it, "second"),
            it @ 120..=7_199 => (it / 60, "minute"),
            it @ 7_200..=172_799 => (it / 3_600, "hour"),
            it @ 172_800..=1_209_599 => (it / 86_400, "day"),
            it => (it / 604_800, "week"),
        };
        counted(usize::try_from(count).unwrap_or_default(), unit)
    };
    match seconds {
        0..=5 => "just now".to_owned(),
        6.. => format!("{} ago", spell(seconds)),
        _ => format!("in {}, as its signer claims", spell(-seconds)),
    }
}

/// The first seven digits of a commit, for people.
pub(crate) fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// The day of a time, in UTC.
pub(crate) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// So many rows of one list are shown to people; JSON has all of them.
const MOST_ROWS: usize = 100;

/// So many findings of one code, and next steps of one, are shown to people. Each code is shown: none hides behind another.
const MOST_OF_CODE: usize = 25;

/// The same for next steps.
const MOST_STEPS: usize = 10;

/// The first rows of a list, and how many more there are.
pub(crate) fn rows<T>(items: &[T], one: impl FnMut(&T) -> String) -> String {
    let shown: String = items.iter().take(MOST_ROWS).map(one).collect();
    match items.len().saturating_sub(MOST_ROWS) {
        0 => shown,
        more => format!("{shown}  and {more} more   (all of them: --format json)\n"),
    }
}

/// The findings one below the other, worst first, each with its place where it has one.
pub(crate) fn findings(findings: &[Finding]) -> String {
    let widest = findings.iter().map(|it| it.code.to_string().len()).max().unwrap_or_default();
    let one = |it: &Finding| {
        let code = paint::code(it, widest);
        let indent = widest + 4;
        let message = wrap::hanging(&sentence(it), indent);
        let snippet = it.place.as_ref().map(|place| snippet::of(place, &it.next)).unwrap_or_default();
        format!("  {code}  {message}\n{snippet}")
    };
    let (shown, left) = first_of_each(findings);
    let mut out: String = shown.into_iter().map(one).collect();
    for (last, more) in left {
        let code = paint::code(last, widest);
        out.push_str(&format!("  {code}  and {more} more   (all of them: --format json)\n"));
    }
    out
}

/// The first few findings of each code, in their order; and of each code that has more one that is not shown, with how many.
pub(crate) fn first_of_each(findings: &[Finding]) -> (Vec<&Finding>, Vec<(&Finding, usize)>) {
    let (mut shown, mut counts) = (Vec::new(), BTreeMap::<Code, usize>::new());
    let mut left: BTreeMap<Code, (&Finding, usize)> = BTreeMap::new();
    for finding in findings {
        let count = counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= MOST_OF_CODE {
            shown.push(finding);
        } else {
            left.entry(finding.code).or_insert((finding, 0)).1 += 1;
        }
    }
    (shown, left.into_values().collect())
}

/// What a finding says, with what it is about where the sentence does not name it.
pub(crate) fn sentence(finding: &Finding) -> String {
    let about = holdpoint_core::name::escaped(&finding.about);
    let message = holdpoint_core::name::escaped(&finding.message);
    let shown = if is_id(&about) { about.chars().take(8).collect() } else { about };
    if message.contains(shown.as_str()) || finding.place.is_some() { message } else { format!("{shown}: {message}") }
}

fn is_id(text: &str) -> bool {
    text.parse::<holdpoint_core::digest::Digest>().is_ok()
}

/// The next steps, each once, with who can take them.
pub(crate) fn next_steps(findings: &[Finding]) -> String {
    let mut steps: Vec<(String, Vec<Person>)> = Vec::new();
    let weighty = || to_act_on(findings).filter(|it| !it.next.is_empty());
    let (proposed, placed): (Vec<&Finding>, Vec<&Finding>) =
        weighty().filter(|it| it.place.is_some()).partition(|it| is_of_proposal(it));
    let (policy, placed): (Vec<&Finding>, Vec<&Finding>) =
        placed.into_iter().partition(|it| it.code == Code::PolicyBroken);
    if !proposed.is_empty() {
        let step =
            "mend what is named above, then: holdpoint policy propose   (refreshes the digests, keeps your edits)";
        steps.push((step.to_owned(), Vec::new()));
    }
    // What was signed is never edited.
    if let Some(broken) = policy.first() {
        steps.push(("git log -- policy   (restore it as its owners signed it)".to_owned(), broken.who.clone()));
    }
    if let Some(first) = placed.first() {
        let count = if placed.len() == 1 { "place".to_owned() } else { counted(placed.len(), "place") };
        steps.push((format!("mend the {count} shown above, and commit"), first.who.clone()));
    }
    let (mut known, mut counts, mut more) = (BTreeSet::new(), BTreeMap::<Code, usize>::new(), 0);
    for finding in weighty().filter(|it| it.place.is_none()) {
        if !known.insert(finding.next.as_str()) {
            continue;
        }
        let count = counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= MOST_STEPS {
            steps.push((holdpoint_core::name::escaped(&finding.next), finding.who.clone()));
        } else {
            more += 1;
        }
    }
    let mut out = String::new();
    for (at, (step, who)) in steps.iter().enumerate() {
        let head = if at == 0 { "\nnext: " } else { "      " };
        out.push_str(&format!("{head}{}\n", place::cure(step, place::Reader::Here)));
        if !who.is_empty() {
            out.push_str(&format!("        {}\n", paint::dim(&format!("who: {}", people(who)))));
        }
    }
    if more > 0 {
        out.push_str(&format!("      and {more} more\n"));
    }
    out
}

/// Whether a fault lies in a policy that is only proposed, and may be edited.
fn is_of_proposal(finding: &Finding) -> bool {
    finding.place.as_ref().is_some_and(|it| it.path.starts_with("policy/proposed/"))
}

/// People as a sentence lists them; of many, the first few.
pub(crate) fn people(who: &[Person]) -> String {
    const SHOWN: usize = 4;
    match who.len() {
        0..=SHOWN => listed(who, "or"),
        n => format!(
            "{} or {} more",
            who.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", "),
            n - SHOWN
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_ends_with_how_many_more_there_are_and_hides_no_code() {
        let of = |count: usize| {
            let one =
                |it: usize| Finding::new(Code::BadEntry, format!("f{it}"), "is none").next(format!("git rm f{it}"));
            let mut all: Vec<Finding> = (0..count).map(one).collect();
            all.push(Finding::new(Code::Held, "h", "kim holds it").next("holdpoint lift 2.7.0 1a2b3c4d"));
            format!("{}{}", findings(&all), next_steps(&all))
        };
        assert!(!of(MOST_STEPS).contains(" more"));
        let long = of(MOST_OF_CODE + 900);
        for text in [
            "and 900 more   (all of them: --format json)\n",
            "kim holds it",
            "holdpoint lift 2.7.0 1a2b3c4d",
            "      and 915 more\n",
        ] {
            assert!(long.contains(text), "{text} is not in {long}");
        }
        assert!(of(100_000).len() < long.len() + 10);
    }

    #[test]
    fn tells_how_long_ago_in_the_unit_that_people_use() {
        let then: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let after = |seconds: i64| ago(then, Timestamp::from_second(then.as_second() + seconds).unwrap());
        assert_eq!(after(0), "just now");
        assert_eq!(after(90), "90 seconds ago");
        assert_eq!(after(7_200), "2 hours ago");
        assert_eq!(after(200_000), "2 days ago");
        assert_eq!(after(-7_200), "in 2 hours, as its signer claims");
    }
}
