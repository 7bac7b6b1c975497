//! The daily round of a large practice: in parts, stopped anywhere, with the counter open meanwhile.

use sqlx::Row;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use testkit::{Front, Shop};

const MEMBERS: u32 = 1_200;

async fn counted(front: &Front, question: &'static str) -> u32 {
    let mut conn = front.desk.store().readers().acquire().await.unwrap();
    sqlx::query(question).fetch_one(&mut *conn).await.unwrap().get(0)
}

/// Rows that the day changes and that still show the day before.
async fn late(front: &Front) -> u32 {
    counted(front, "SELECT count(*) FROM enrollment WHERE changes_on <= '2026-04-12'").await
}

/// Credits granted beyond everybody's first.
async fn granted(front: &Front) -> u32 {
    counted(front, "SELECT count(*) FROM record WHERE kind = 'credit_refreshed.v1'").await - MEMBERS
}

/// Lets the round go until `there` is reached, and then leaves it in the middle of whatever it does. It goes one step
/// at a time and stands still while one looks, so that no machine is too slow to see a part end.
async fn stops_a_round(front: &Front, there: impl AsyncFn() -> bool) {
    let mut round = pin!(front.desk.daily_round());
    loop {
        if let Poll::Ready(done) = poll_fn(|waker| Poll::Ready(round.as_mut().poll(waker))).await {
            panic!("it went through: {done:?}");
        }
        if there().await {
            return;
        }
    }
}

#[tokio::test]
async fn a_round_that_stops_goes_on_where_it_stopped() {
    let shop = Shop::opens().await;
    shop.is_joined_by(MEMBERS).await;
    shop.nobody_comes_for(31);
    let front = &shop.front;
    assert_eq!(late(front).await, MEMBERS);

    stops_a_round(front, async || late(front).await < MEMBERS).await;
    let still = late(front).await;
    assert!(still > 0 && still < MEMBERS, "{still} rows are left to be brought to the day");
    assert_eq!(granted(front).await, 0);

    stops_a_round(front, async || granted(front).await > 0).await;
    assert_eq!(late(front).await, 0);
    let before = granted(front).await;
    assert!(before < MEMBERS, "{before} credits were granted before it stopped");

    let shop = shop.restarts().await;
    let front = &shop.front;
    let before = granted(front).await;
    let round = front.desk.daily_round().await.unwrap();
    assert_eq!(before + round.granted, MEMBERS);
    assert_eq!(front.desk.daily_round().await.unwrap().granted, 0);
    assert_eq!(granted(front).await, MEMBERS);
    let unlike = "SELECT count(*) FROM (SELECT enrollment FROM movement GROUP BY enrollment
                  HAVING count(*) FILTER (WHERE json_extract(movement, '$.kind') = 'granted') <> 2)";
    assert_eq!(counted(front, unlike).await, 0, "everybody has the credit of two months");
    front.is_healthy().await;
}

#[tokio::test]
async fn the_counter_goes_between_the_parts_of_a_round() {
    let shop = Shop::opens().await;
    shop.is_joined_by(MEMBERS).await;
    shop.days_pass(31).await;
    let front = &shop.front;
    let mut round = pin!(front.desk.daily_round());
    let customer = tokio::select! {
        biased;
        done = &mut round => panic!("the counter waited for the whole round: {done:?}"),
        customer = front.puts_on_file("Ana Ruiz") => customer,
    };
    assert!(granted(front).await < MEMBERS);
    assert_eq!(round.await.unwrap().granted, MEMBERS);
    let found =
        front.does(protocol::customers::FindCustomers { text: "ruiz".into(), limit: None }).await.people;
    assert_eq!(found[0].id, customer);
}
