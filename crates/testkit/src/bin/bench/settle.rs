//! Settling a ticket, against the least that a durable transaction of the same size can take.

use crate::figure::{self, Sorted, say};
use crate::large::{Large, Sold};
use domain::checkout::{TenderKind, TenderOffer};
use domain::item::ItemKind;
use domain::{CustomerId, DeskId, LineId, Money, TicketId};
use protocol::members::ListMembers;
use protocol::tickets::{DraftLine, QuoteTicket, SettleTicket, TicketDraft};
use protocol::{Ask, Request};
use sqlx::Executor;
use std::path::Path;
use std::time::{Duration, Instant};
use store::Store;
use testkit::{Front, key};
use uuid::Uuid;

const TICKETS: usize = 400;
const LINES: usize = 6;
const MOST: f64 = 2.0;
/// Of SQLite's write-ahead log: its header, and what stands before each page.
const LOG_HEADER: u64 = 32;
const FRAME: u64 = 24 + 4096;

pub async fn measure(large: &Large, folder: &Path) {
    let front = &large.shop.front;
    let members = front.does(ListMembers { limit: Some(500), ..ListMembers::default() }).await;
    let members: Vec<CustomerId> = members.rows.iter().map(|row| row.customer).collect();
    let frames = frames_of_a_settle(large, &members).await;
    let bare = Bare::beside(folder, frames).await;
    say(&format!("settling {TICKETS} tickets, and between them as many bare transactions of {frames} pages"));
    let (mut settles, mut bares) = (Vec::new(), Vec::new());
    for nth in 0..TICKETS {
        let ask = payment(front, &large.items, members[nth % members.len()], nth).await;
        let began = Instant::now();
        front.desk.call(ask).await.expect("a settled ticket");
        settles.push(began.elapsed());
        bares.push(bare.write().await);
    }
    let (settles, bares) = (Sorted::of(settles), Sorted::of(bares));
    let wrote = bare.frames_of_a_write().await;
    figure::time("settle a 6-line ticket of a member, of 100,000, median", settles.median(), None);
    figure::time("settle a 6-line ticket of a member, 99 of 100", settles.p99(), None);
    figure::note("pages a settle writes to the log; the bare transaction", &format!("{frames}; {wrote}"));
    figure::time("bare durable transaction of as many pages, median", bares.median(), None);
    let ratio = settles.median().as_secs_f64() / bares.median().as_secs_f64();
    figure::times("settle against the bare transaction, medians", ratio, MOST);
}

/// Everything ready to be paid: the last request at the counter.
pub async fn payment(front: &Front, items: &[Sold], customer: CustomerId, nth: usize) -> Ask {
    let draft = draft(items, customer, nth, front.desk.fresh_key().0);
    let quoted = front.does(QuoteTicket { draft: draft.clone() }).await;
    assert!(quoted.quote.blocked.is_empty(), "nothing is blocked");
    let totals = quoted.quote.totals;
    let kind = TenderKind::Terminal { reference: "0042".into() };
    let tenders =
        if totals.due.is_zero() { Vec::new() } else { vec![TenderOffer { kind, amount: totals.due }] };
    let request = SettleTicket {
        draft,
        expected_due: totals.due,
        expected_credits: totals.credits,
        tenders,
        tip: Money::ZERO,
    };
    Ask { request: Request::from(request), key: Some(front.desk.fresh_key()), approval: None }
}

fn draft(items: &[Sold], customer: CustomerId, nth: usize, id: Uuid) -> TicketDraft {
    let lines = (0..LINES).map(|line| {
        let sold = items[(nth + line * 7) % items.len()];
        DraftLine {
            qty: if sold.kind == ItemKind::Product { 2 } else { 1 },
            minutes: (sold.kind == ItemKind::Rental).then_some(60),
            ..DraftLine::of(LineId(Uuid::from_u128(id.as_u128() + 1 + line as u128)), sold.id)
        }
    });
    TicketDraft {
        id: TicketId(id),
        customer: Some(customer),
        lines: lines.collect(),
        declined: Vec::new(),
        lowered: Vec::new(),
        credit_limit: None,
        ticket_discount: None,
        note: String::new(),
    }
}

/// How many pages a settle adds to the log, on average over some.
async fn frames_of_a_settle(large: &Large, members: &[CustomerId]) -> u64 {
    const SOME: u64 = 20;
    let store = large.shop.front.desk.store();
    empty_log(store).await;
    for nth in 0..SOME as usize {
        let ask = payment(&large.shop.front, &large.items, members[members.len() - 1 - nth], nth).await;
        large.shop.front.desk.call(ask).await.expect("a settled ticket");
    }
    (frames(store) + SOME / 2) / SOME
}

async fn empty_log(store: &Store) {
    let mut tx = store.begin().await.expect("a transaction");
    // Not inside a transaction: SQLite refuses to empty the log there.
    tx.conn().await.expect("a connection").execute("COMMIT").await.expect("no transaction");
    tx.conn()
        .await
        .expect("a connection")
        .execute("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .expect("an empty log");
    tx.conn().await.expect("a connection").execute("BEGIN IMMEDIATE").await.expect("a transaction");
    tx.roll_back().await.expect("nothing to undo");
}

fn frames(store: &Store) -> u64 {
    let log = store.path().with_file_name(format!("{}-wal", testkit::DATABASE));
    std::fs::metadata(log).map_or(0, |log| log.len()).saturating_sub(LOG_HEADER) / FRAME
}

/// A second database with the same settings, and a table with one row on each of so many pages.
struct Bare {
    store: Store,
    folder: std::path::PathBuf,
}

impl Bare {
    async fn beside(folder: &Path, rows: u64) -> Self {
        let folder = folder.join("bare");
        let _ = std::fs::remove_dir_all(&folder);
        let path = folder.join(testkit::DATABASE);
        let store = Store::create(&path, &key(), DeskId(Uuid::from_u128(2))).await.expect("a database");
        let mut tx = store.begin().await.expect("a transaction");
        tx.conn()
            .await
            .expect("a connection")
            .execute("CREATE TABLE scratch (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
            .await
            .expect("a table");
        for _ in 0..rows {
            sqlx::query("INSERT INTO scratch (bytes) VALUES (?)")
                .bind(page(0))
                .execute(tx.conn().await.expect("a connection"))
                .await
                .expect("a row");
        }
        tx.commit().await.expect("a commit");
        Self { store, folder }
    }

    /// Begins, writes every row anew in one statement, commits.
    async fn write(&self) -> Duration {
        let bytes = page(fastrand::u8(..));
        let began = Instant::now();
        let mut tx = self.store.begin().await.expect("a transaction");
        sqlx::query("UPDATE scratch SET bytes = ?")
            .bind(bytes)
            .execute(tx.conn().await.expect("a connection"))
            .await
            .expect("an update");
        tx.commit().await.expect("a commit");
        began.elapsed()
    }

    async fn frames_of_a_write(&self) -> u64 {
        empty_log(&self.store).await;
        self.write().await;
        frames(&self.store)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// As much as a page holds of one row.
fn page(of: u8) -> Vec<u8> {
    vec![of; 3_900]
}
