//! Finding a customer, asked anew at every key.

use crate::figure::{self, Sorted};
use crate::large::Large;
use crate::names;
use fastrand::Rng;
use protocol::customers::FindCustomers;
use protocol::keeping::Search;
use protocol::{Ask, Request};
use std::time::{Duration, Instant};

const TARGET: Duration = Duration::from_millis(5);
const PEOPLE: usize = 60;

pub async fn measure(large: &Large) {
    let mut dice = Rng::with_seed(5);
    let people: Vec<String> = (0..PEOPLE).map(|_| names::someone(&mut dice)).collect();
    let find = |text: &str| Request::from(FindCustomers { text: text.to_owned(), limit: None });
    keys(large, "finding a customer among 110,000", &people, find).await;
    let search = |text: &str| Request::from(Search { text: text.to_owned(), limit: None });
    keys(large, "searching everything", &people, search).await;
}

/// Types each name letter by letter and asks after each.
async fn keys(large: &Large, what: &str, people: &[String], request: impl Fn(&str) -> Request) {
    let mut times = Vec::new();
    let mut slowest = (Duration::ZERO, String::new());
    for name in people {
        for (end, letter) in name.char_indices() {
            let typed = &name[..end + letter.len_utf8()];
            let ask = Ask { request: request(typed), key: None, approval: None };
            let began = Instant::now();
            large.shop.front.desk.call(ask).await.expect("an answer");
            let took = began.elapsed();
            if took > slowest.0 {
                slowest = (took, typed.to_owned());
            }
            times.push(took);
        }
    }
    let times = Sorted::of(times);
    figure::say(&format!("{what}: the slowest was {} for “{}”", figure::words(slowest.0), slowest.1));
    figure::time(&format!("{what}, {} keys, median", times.len()), times.median(), None);
    figure::time(&format!("{what}, 99 of 100"), times.p99(), Some(TARGET));
}
