//! The daily round on a day on which every running membership has a credit to be granted.

use crate::figure;
use crate::large::Large;
use std::time::Instant;

pub async fn measure(large: Large) {
    large.shop.nobody_comes_for(31);
    for what in ["daily round, everything due", "daily round again, nothing left to do"] {
        let began = Instant::now();
        let done = large.shop.front.desk.daily_round().await.expect("a round");
        let took = figure::words(began.elapsed());
        let did = format!(
            "{took}: {} rows moved to the day, {} credits granted to {} memberships",
            done.moved, done.granted, done.enrollments
        );
        figure::note(what, &did);
    }
}
