//! The rows of a long table as they arrive page by page, and which of them stand in the window.

use protocol::members::{ListMembers, MemberPage, MemberRow, MemberSort};
use std::ops::Range;
use std::rc::Rc;
use yew::Reducible;

/// Every row has this height in pixels, so that a hundred thousand of them need no measuring.
pub const ROW_HEIGHT: usize = 52;
/// Rows drawn above and below what is seen.
const MARGIN: usize = 12;
/// The next page is asked for when fewer loaded rows than this lie below what is seen.
const AHEAD: usize = 120;
/// While someone scrolls into rows that are not there yet, pages are as long as the door allows.
const LONG_PAGE: u32 = 500;
const FIRST_PAGE: u32 = 100;

/// What was asked for and what came so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Filters and order; `after` and `limit` are set per page.
    pub query: ListMembers,
    pub rows: Vec<Rc<MemberRow>>,
    /// All that match, over every page; none before the first answer.
    pub total: Option<usize>,
    next: Option<String>,
    /// Counts the questions, so that a late answer to an earlier one is dropped.
    pub asking: u32,
    pub waits: bool,
    pub failed: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Another filter or order: begins again, keeping the old rows in sight until the answer comes.
    Ask(ListMembers),
    /// The same question once more, after something changed.
    Refresh,
    /// The next page was asked for.
    More,
    Came {
        asking: u32,
        page: MemberPage,
    },
    Failed {
        asking: u32,
        words: String,
    },
}

impl Listing {
    pub fn new(query: ListMembers) -> Self {
        Self { query, rows: Vec::new(), total: None, next: None, asking: 0, waits: true, failed: None }
    }

    /// The question to send now, first page or next.
    pub fn request(&self, is_first: bool) -> ListMembers {
        if is_first {
            // After a change the rows in sight come back in one answer, so that nothing jumps.
            let limit = (self.rows.len() as u32).clamp(FIRST_PAGE, LONG_PAGE);
            ListMembers { after: None, limit: Some(limit), ..self.query.clone() }
        } else {
            ListMembers { after: self.next.clone(), limit: Some(LONG_PAGE), ..self.query.clone() }
        }
    }

    pub fn height(&self) -> usize {
        self.total.unwrap_or(self.rows.len()) * ROW_HEIGHT
    }

    /// Indexes to draw when the table is scrolled by `top` pixels in a window `height` pixels high.
    pub fn window(&self, top: usize, height: usize) -> Range<usize> {
        let total = self.total.unwrap_or(self.rows.len());
        let first = (top / ROW_HEIGHT).saturating_sub(MARGIN).min(total);
        let last = ((top + height) / ROW_HEIGHT + 1 + MARGIN).min(total);
        first..last
    }

    /// Whether the next page should be asked for, with `window` on the screen.
    pub fn wants_more(&self, window: &Range<usize>) -> bool {
        !self.waits && self.failed.is_none() && self.next.is_some() && window.end + AHEAD > self.rows.len()
    }

    /// Turns a click on a column into an order: the other direction where it is already the column.
    pub fn sorted_by(&self, sort: MemberSort) -> ListMembers {
        let descending = self.query.sort == sort && !self.query.descending;
        ListMembers { sort, descending, ..self.query.clone() }
    }
}

impl Reducible for Listing {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut listing = (*self).clone();
        match change {
            Change::Ask(query) => {
                listing.query = query;
                listing.begin();
            }
            Change::Refresh => listing.begin(),
            Change::More => listing.waits = true,
            Change::Came { asking, page } => {
                if asking != listing.asking {
                    return self;
                }
                // The first page is the one that no `next` led to.
                if listing.next.is_none() {
                    listing.rows.clear();
                }
                listing.rows.extend(page.rows.into_iter().map(Rc::new));
                listing.next = page.next;
                listing.total = Some(page.total as usize);
                listing.waits = false;
            }
            Change::Failed { asking, words } => {
                if asking != listing.asking {
                    return self;
                }
                listing.waits = false;
                listing.failed = Some(words);
            }
        }
        Rc::new(listing)
    }
}

impl Listing {
    fn begin(&mut self) {
        self.asking += 1;
        self.next = None;
        self.waits = true;
        self.failed = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
    use protocol::enrollments::StatusView;
    use uuid::Uuid;

    fn page(rows: std::ops::Range<u128>, total: u32, next: Option<&str>) -> MemberPage {
        let row = |n| MemberRow {
            enrollment: EnrollmentId(Uuid::from_u128(n)),
            customer: CustomerId(Uuid::from_u128(n)),
            name: format!("Member {n}"),
            email: String::new(),
            plan: PlanId(Uuid::from_u128(1)),
            plan_name: "Gold".into(),
            version: 1,
            status: StatusView::Active,
            joined: Day::ymd(2026, 1, 1).unwrap(),
            next_billing: None,
            balance: Money::ZERO,
        };
        MemberPage { rows: rows.map(row).collect(), total, next: next.map(str::to_owned) }
    }

    fn after(listing: Listing, change: Change) -> Listing {
        (*Rc::new(listing).reduce(change)).clone()
    }

    #[test]
    fn pages_follow_one_another() {
        let listing = Listing::new(ListMembers::default());
        assert_eq!(listing.request(true).after, None);
        let listing = after(listing, Change::Came { asking: 0, page: page(0..100, 250, Some("a")) });
        assert_eq!((listing.rows.len(), listing.total), (100, Some(250)));
        assert_eq!(listing.request(false).after.as_deref(), Some("a"));
        let listing =
            after(after(listing, Change::More), Change::Came { asking: 0, page: page(100..250, 250, None) });
        assert_eq!((listing.rows.len(), listing.wants_more(&(200..250))), (250, false));
    }

    #[test]
    fn a_late_answer_to_an_earlier_question_is_dropped() {
        let listing = after(
            Listing::new(ListMembers::default()),
            Change::Came { asking: 0, page: page(0..3, 3, None) },
        );
        let listing =
            after(listing, Change::Ask(ListMembers { text: "ana".into(), ..ListMembers::default() }));
        assert_eq!(listing.rows.len(), 3, "the old rows stay until the answer comes");
        let listing = after(listing, Change::Came { asking: 0, page: page(0..9, 9, None) });
        assert_eq!(listing.rows.len(), 3);
        let listing = after(listing, Change::Came { asking: 1, page: page(0..1, 1, None) });
        assert_eq!((listing.rows.len(), listing.total), (1, Some(1)));
    }

    #[test]
    fn only_what_is_seen_is_drawn() {
        let listing = after(
            Listing::new(ListMembers::default()),
            Change::Came { asking: 0, page: page(0..100, 100_000, Some("a")) },
        );
        assert_eq!(listing.height(), 100_000 * ROW_HEIGHT);
        assert_eq!(listing.window(0, 520), 0..23);
        assert_eq!(listing.window(50_000 * ROW_HEIGHT, 520), 49_988..50_023);
        assert!(listing.wants_more(&(0..23)), "the next page is fetched before it is reached");
        assert!(!after(listing, Change::More).wants_more(&(0..23)), "but once");
    }

    #[test]
    fn a_column_sorts_both_ways() {
        let mut listing = Listing::new(ListMembers::default());
        assert!(listing.sorted_by(MemberSort::Name).descending);
        listing.query = listing.sorted_by(MemberSort::Balance);
        assert!(!listing.query.descending);
        assert!(listing.sorted_by(MemberSort::Balance).descending);
    }

    #[test]
    fn a_failure_says_why_and_asks_no_more_by_itself() {
        let listing =
            after(Listing::new(ListMembers::default()), Change::Failed { asking: 0, words: "no".into() });
        assert_eq!(listing.failed.as_deref(), Some("no"));
        assert!(!listing.wants_more(&(0..1)));
        assert!(after(listing, Change::Refresh).failed.is_none());
    }
}
