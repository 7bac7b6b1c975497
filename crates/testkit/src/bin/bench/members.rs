//! The first page of the table of members, with its count, by every column both ways.

use crate::figure::{self, Sorted};
use crate::large::Large;
use protocol::members::{ListMembers, MemberSort};
use protocol::{Ask, Request};
use std::time::{Duration, Instant};

const TARGET: Duration = Duration::from_millis(10);
const TIMES: usize = 400;

pub async fn measure(large: &Large) {
    let sorts = [
        ("name", MemberSort::Name),
        ("tier", MemberSort::Plan),
        ("status", MemberSort::Status),
        ("joined", MemberSort::Joined),
        ("next billing", MemberSort::NextBilling),
        ("balance", MemberSort::Balance),
    ];
    let mut all = Vec::new();
    for (name, sort) in sorts {
        for (way, descending) in [("ascending", false), ("descending", true)] {
            let times = pages(large, &ListMembers { sort, descending, ..ListMembers::default() }).await;
            let p99 = Sorted::of(times.clone()).p99();
            figure::time(&format!("first page of members by {name}, {way}, 99 of 100"), p99, Some(TARGET));
            all.extend(times);
        }
    }
    figure::time("first page of members, every column, median", Sorted::of(all).median(), None);
}

async fn pages(large: &Large, request: &ListMembers) -> Vec<Duration> {
    let mut times = Vec::with_capacity(TIMES);
    for nth in 0..=TIMES {
        let ask = Ask { request: Request::from(request.clone()), key: None, approval: None };
        let began = Instant::now();
        large.shop.front.desk.call(ask).await.expect("a page");
        // The first one warms the pages of its index.
        if nth > 0 {
            times.push(began.elapsed());
        }
    }
    times
}
