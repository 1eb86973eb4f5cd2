//! The language of own rules: one sentence over components.
//!
//! ```text
//! sentence = "no"            set "may"  effect set
//!          | "only"          set "may"  effect set
//!          | "every"         set "must" ("need" | "reach") set
//!          | "at most" limit "of" set "may" effect ["any one"] set
//! limit    = a share, `40%`, or a number
//! effect   = "fall with" | "degrade with" | "freeze with" | "need" | "reach"
//! set      = term { "and" term }
//! term     = ["not"] ( field "=" value { "," value } | glob { "," glob } )
//!          | "label:" name ["=" value { "," value }]
//! field    = "kind" | "tier" | "owner" | "provider" | "at"
//! ```

use globset::{Glob, GlobMatcher};

use crate::model::{Component, LabelTest, Place};
use crate::source::{did_you_mean, quantity};

/// What must hold.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) claim: Claim,
    pub(super) subject: Set,
    pub(super) effect: Effect,
    pub(super) object: Set,
}

/// How much of the subject may have the effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Claim {
    /// None of it.
    No,
    /// Nothing but the subject.
    Only,
    /// All of it must.
    Every,
    /// So much with any one of the object.
    AtMost(Limit),
}

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    /// A part of the whole, from 0 to 1.
    Share(f64),
    /// A number.
    Count(usize),
}

impl Limit {
    /// Whether so many of so many are too many.
    pub(super) fn exceeded_by(self, number: usize, of: usize) -> bool {
        match self {
            Limit::Count(most) => number > most,
            // Both fit into the mantissa of an f64 by far.
            Limit::Share(share) => number as f64 > share * of as f64 + 1e-9,
        }
    }
}

/// What relates the subject to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It goes down when the object alone is lost.
    Fall,
    /// It goes down or is degraded when the object alone is lost.
    Degrade,
    /// It can't be changed when the object alone is lost.
    Freeze,
    /// It names the object in a need of its own.
    Need,
    /// It needs the object, by itself or through others.
    Reach,
}

/// A set of components.
#[derive(Clone, Debug)]
pub(super) struct Set {
    /// As it is written.
    pub(super) text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    not: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Kind(Vec<String>),
    Tier(Vec<Option<u8>>),
    Owner(Vec<String>),
    Provider(Vec<String>),
    At(Vec<Place>),
    Label(LabelTest),
    Name(Vec<GlobMatcher>),
}

impl Set {
    /// Whether a component is in it.
    pub(super) fn holds(&self, component: &Component) -> bool {
        self.terms.iter().all(|term| term.test.holds(component) != term.not)
    }
}

impl Test {
    fn holds(&self, component: &Component) -> bool {
        let is = |wanted: &Option<&str>, values: &[String]| wanted.is_some_and(|text| values.iter().any(|v| v == text));
        match self {
            Test::Kind(kinds) => kinds.iter().any(|kind| kind == component.kind.word()),
            Test::Tier(tiers) => tiers.contains(&component.tier),
            Test::Owner(owners) => is(&component.owner.as_deref(), owners),
            Test::Provider(providers) => is(&component.provider.as_deref(), providers),
            Test::Label(label) => label.holds(component),
            Test::At(places) => places
                .iter()
                .any(|place| component.at.iter().any(|at| place.contains(at)) || component.id == place.id()),
            Test::Name(globs) => globs.iter().any(|glob| {
                let id = &component.id;
                glob.is_match(id.as_str())
                    || glob.is_match(id.base())
                    || component.aliases.iter().any(|alias| glob.is_match(&**alias))
            }),
        }
    }
}

const KINDS: [&str; 10] =
    ["app", "service", "job", "store", "external", "product", "shared", "provider", "region", "zone"];
const FIELDS: [&str; 5] = ["kind", "tier", "owner", "provider", "at"];
const EXAMPLE: &str = "write a sentence such as `no tier=1 may fall with kind=external`";

/// What is wrong with a sentence, and what would be right.
pub(super) type Wrong = (String, String);

/// Reads a sentence.
pub(super) fn read(text: &str) -> Result<Sentence, Wrong> {
    let mut words = Words { words: text.split_whitespace().collect(), next: 0 };
    let claim = match words.take() {
        Some("no") => Claim::No,
        Some("only") => Claim::Only,
        Some("every") => Claim::Every,
        Some("at") => {
            words.expect("most")?;
            let limit = limit(words.take().unwrap_or_default())?;
            words.expect("of")?;
            Claim::AtMost(limit)
        }
        other => return Err(wrong(other, "`no`, `only`, `every` or `at most`")),
    };
    let verb = if claim == Claim::Every { "must" } else { "may" };
    let subject = words.set(verb)?;
    words.expect(verb)?;
    let effect = match words.take() {
        Some("need") => Effect::Need,
        Some("reach") => Effect::Reach,
        Some(word @ ("fall" | "degrade" | "freeze")) if claim != Claim::Every => {
            words.expect("with")?;
            match word {
                "fall" => Effect::Fall,
                "degrade" => Effect::Degrade,
                _ => Effect::Freeze,
            }
        }
        other if claim == Claim::Every => return Err(wrong(other, "`need` or `reach`")),
        other => return Err(wrong(other, "`fall with`, `degrade with`, `freeze with`, `need` or `reach`")),
    };
    if words.peek() == Some("any") {
        words.take();
        words.expect("one")?;
    }
    let object = words.set("")?;
    match words.take() {
        None => Ok(Sentence { claim, subject, effect, object }),
        other => Err(wrong(other, "`and`, or the end of the sentence")),
    }
}

struct Words<'a> {
    words: Vec<&'a str>,
    next: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).copied()
    }

    fn take(&mut self) -> Option<&'a str> {
        let word = self.peek();
        self.next += 1;
        word
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Wrong> {
        match self.take() {
            Some(word) if word == wanted => Ok(()),
            other => Err(wrong(other, &format!("`{wanted}`"))),
        }
    }

    /// Terms joined by `and`, up to a word that ends them.
    fn set(&mut self, end: &str) -> Result<Set, Wrong> {
        let from = self.next;
        let mut terms = Vec::new();
        loop {
            let not = self.peek() == Some("not");
            if not {
                self.take();
            }
            let word = self.take();
            let Some(name) = word.filter(|word| *word != end && *word != "and") else {
                return Err(wrong(word, "a name, a glob or `field=value`"));
            };
            terms.push(Term { not, test: test(name)? });
            if self.peek() != Some("and") {
                break;
            }
            self.take();
        }
        Ok(Set { text: self.words[from..self.next].join(" "), terms })
    }
}

fn wrong(found: Option<&str>, wanted: &str) -> Wrong {
    let message = match found {
        Some(word) => format!("`{word}` where {wanted} should be"),
        None => format!("the sentence ends where {wanted} should be"),
    };
    (message, EXAMPLE.to_owned())
}

fn limit(word: &str) -> Result<Limit, Wrong> {
    if let Ok(number) = word.parse() {
        return Ok(Limit::Count(number));
    }
    quantity::share(word).map(Limit::Share).map_err(|_| wrong(Some(word), "a share such as `40%`, or a number"))
}

fn test(word: &str) -> Result<Test, Wrong> {
    if let Some(label) = word.strip_prefix("label:") {
        let help = "write `label:team=pay`, without spaces, or `label:team` for any value";
        return LabelTest::parse(label)
            .map(Test::Label)
            .ok_or_else(|| (format!("`{word}` is no label"), help.to_owned()));
    }
    let Some((field, values)) = word.split_once('=') else {
        let globs: Result<Vec<GlobMatcher>, _> =
            word.split(',').map(|glob| Glob::new(glob).map(|glob| glob.compile_matcher())).collect();
        return globs.map(Test::Name).map_err(|_| wrong(Some(word), "a glob"));
    };
    let list: Vec<String> = values.split(',').map(str::to_owned).collect();
    if list.iter().any(String::is_empty) {
        return Err((format!("`{word}` has an empty value"), format!("write `{field}=value`, without spaces")));
    }
    match field {
        "kind" => match list.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
            Some(unknown) => Err((format!("`{unknown}` is no kind"), format!("one of `{}`", KINDS.join("`, `")))),
            None => Ok(Test::Kind(list)),
        },
        "tier" => {
            let tier = |text: &String| match text.as_str() {
                "none" => Ok(None),
                text => text.parse().map(Some).map_err(|_| wrong(Some(text), "a tier, `1` or `none`")),
            };
            list.iter().map(tier).collect::<Result<_, _>>().map(Test::Tier)
        }
        "owner" => Ok(Test::Owner(list)),
        "provider" => Ok(Test::Provider(list)),
        "at" => {
            let place = |text: &String| Place::parse(text).ok_or_else(|| wrong(Some(text), "a place, `aws/eu-west-1`"));
            list.iter().map(place).collect::<Result<_, _>>().map(Test::At)
        }
        _ => {
            let help = did_you_mean(field, FIELDS).unwrap_or_else(|| format!("one of `{}`", FIELDS.join("`, `")));
            Err((format!("`{field}` is no field"), help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_read_as_they_are_meant() {
        let sentence =
            read("at most 40% of tier=1,2 and not owner=lab may fall with any one kind=region").expect("right");
        assert_eq!((sentence.claim, sentence.effect), (Claim::AtMost(Limit::Share(0.4)), Effect::Fall));
        assert_eq!(sentence.subject.text, "tier=1,2 and not owner=lab");
        assert_eq!(sentence.object.text, "kind=region");
        for text in [
            "no tier=1 may fall with kind=external",
            "only payments,billing may need stripe",
            "every kind=app must reach sso",
            "at most 2 of * may freeze with aliyun/*",
            "no label:team=pay,web may fall with not label:shared",
            "no at=aws/eu-west-1 may degrade with provider=aliyun and kind=product",
        ] {
            assert!(read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_sentence_says_what_would_be_one() {
        for (text, part) in [
            ("", "ends where"),
            ("no", "a name"),
            ("some a may need b", "`some` where"),
            ("no a must need b", "`must` where `may`"),
            ("no a may like b", "`like` where"),
            ("every a must fall with b", "`fall` where `need`"),
            ("at most 140% of a may need b", "`140%` where"),
            ("no tyer=1 may need b", "`tyer` is no field"),
            ("no kind=saas may need b", "`saas` is no kind"),
            ("no a may need b or c", "`or` where `and`"),
            ("no a= may need b", "empty value"),
            ("no label:=pay may need b", "`label:=pay` is no label"),
            ("no a and may need b", "`may` where a name"),
        ] {
            let (message, help) = read(text).expect_err(text);
            assert!(message.contains(part) && !help.is_empty(), "{text}: {message}");
        }
    }

    #[test]
    fn shares_and_numbers_limit_what_is_above_them() {
        assert!(!Limit::Share(0.4).exceeded_by(2, 5));
        assert!(Limit::Share(0.4).exceeded_by(3, 5));
        assert!(Limit::Share(0.0).exceeded_by(1, 5) && !Limit::Share(0.0).exceeded_by(0, 5));
        assert!(!Limit::Count(2).exceeded_by(2, 2) && Limit::Count(2).exceeded_by(3, 9));
    }
}
