//! The library, predicted against reported: `docs/backtest.md` holds the tables, so that a change for the worse shows.

use std::sync::Arc;

use linchpin::analysis::backtest::{Backtest, backtest};
use linchpin::catalogue::outage::{self, Outage, lint};
use linchpin::model::State;
use linchpin::report::{self, Report};

use crate::built_in::BUILT_IN;

const PAGE: &str = "docs/backtest.md";

fn library() -> Vec<Outage> {
    let mut outages = Vec::new();
    for (file, text) in outage::built_in() {
        let (outage, problems) = outage::load(&file, text);
        assert_eq!(problems, [], "{file}");
        outages.extend(outage);
    }
    outages
}

/// The page from its head, the tables and its lessons: what is between the fences is written by the command.
#[test]
fn the_page_shows_what_the_command_says() {
    let catalogue = &*BUILT_IN;
    let library = library();
    assert!(library.len() >= 40, "{}", library.len());
    assert_eq!(lint(&library, catalogue), []);
    let page = std::fs::read_to_string(PAGE).expect("readable");
    let mut blocks = page.split("```text\n");
    let mut fresh = blocks.next().unwrap_or_default().to_owned();
    for (hindsight, block) in [false, true].into_iter().zip(blocks.by_ref()) {
        let tests: Vec<Backtest<'_>> = library.iter().map(|outage| backtest(outage, catalogue, hindsight)).collect();
        let text = anstream::adapter::strip_str(&report::backtest(&tests, 0, hindsight).text(100)).to_string();
        let table = text.split("\ndown: of what").next().unwrap_or_default().split_once("\n\n").map_or("", |(_, t)| t);
        let (_, after) = block.split_once("```").expect("a fence is closed");
        fresh += &format!("```text\n{table}```{after}");
        if !hindsight {
            floors(&tests, 0.15, 0.9);
        } else {
            floors(&tests, 0.7, 0.9);
        }
    }
    assert_eq!(blocks.count(), 0, "{PAGE} has two tables");
    if std::env::var_os("LINCHPIN_BLESS").is_some() {
        std::fs::write(PAGE, fresh).expect("writable");
    } else {
        assert!(
            page == fresh,
            "{PAGE} is not what the command says; run the tests with LINCHPIN_BLESS=1 and look at the diff"
        );
    }
}

fn floors(tests: &[Backtest<'_>], down: f64, up: f64) {
    let total = linchpin::analysis::backtest::total(tests.iter().map(|test| &test.score));
    let (found_down, found_up) = (total.down.share().expect("rows"), total.up.share().expect("rows"));
    assert!(found_down >= down && found_up >= up, "down {found_down:.3}, up {found_up:.3}");
}

/// A prediction that takes all down scores nothing on what was reported up, and one that takes nothing down nothing on
/// what was reported down.
#[test]
fn neither_all_nor_nothing_scores() {
    let catalogue = &*BUILT_IN;
    let text = |down: &str| {
        format!(
            "outage: test\ntitle: t\ndate: 2026-11-21\nregions: [cn-hangzhou]\nfailed:\n  - {{down: [{down}], from: \"10:00\", \
             until: \"11:00\"}}\nreported:\n  - {{what: [aliyun/oss], state: down, grade: official}}\n  - {{what: \
             [aliyun/ecs], state: up, grade: official}}\n"
        )
    };
    let file: Arc<str> = "test.yaml".into();
    for (down, share_down, share_up) in
        [("aliyun/ak", 1.0, 1.0), ("aliyun/cn-hangzhou", 1.0, 0.0), ("aliyun/sms", 0.0, 1.0)]
    {
        let (outage, problems) = outage::load(&file, &text(down));
        assert_eq!(problems, []);
        let outage = outage.expect("an outage");
        let test = backtest(&outage, catalogue, true);
        assert_eq!((test.score.down.share(), test.score.up.share()), (Some(share_down), Some(share_up)), "{down}");
    }
}

#[test]
fn what_is_learned_from_an_outage_does_not_predict_it() {
    let catalogue = &*BUILT_IN;
    let library = library();
    let outage = library.iter().find(|outage| &*outage.id == "tencent-2024-04-08").expect("in the library");
    let state = |hindsight: bool| {
        let test = backtest(outage, catalogue, hindsight);
        test.rows.into_iter().find(|row| &*row.what == "tencent/account").expect("reported").predicted
    };
    assert_eq!(state(false), State::Up, "nobody had said that accounts hang on the API");
    assert_ne!(state(true), State::Up);
}
