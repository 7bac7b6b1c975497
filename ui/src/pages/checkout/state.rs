//! The tickets open at this counter, and everything that can happen to them; pure, so that it is tested without a window.

use domain::checkout::{BenefitKey, Lowered, ManualDiscount};
use domain::item::ItemKind;
use domain::{LineId, Money, PlanId, RequestKey, TicketId};
use protocol::tickets::{AtCheckout, CatalogItem, DraftLine, TicketDraft};
use std::rc::Rc;
use yew::Reducible;

/// The most of one line.
pub const MOST_UNITS: u32 = 9_999;
/// What a rental begins with; its longest rental where that is shorter.
const FIRST_MINUTES: u32 = 60;

/// The tickets that are open at once; never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    pub tickets: Vec<OpenTicket>,
    /// Which of them is shown.
    pub shown: TicketId,
}

/// One ticket as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTicket {
    pub draft: TicketDraft,
    /// The attached customer with what they hold; `draft.customer` names the same person.
    pub attached: Option<Rc<AtCheckout>>,
    pub selected: Option<LineId>,
    /// The key of the payment opened for this very draft: trying again uses it again, and any change forgets it.
    pub payment: Option<RequestKey>,
}

/// What a person did at the counter; ids are made before, so that the reducer stays pure.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Another empty ticket beside the open ones.
    Open(TicketId),
    Show(TicketId),
    /// Shows the next open ticket, round and round.
    ShowNext,
    Add {
        item: Box<CatalogItem>,
        line: LineId,
    },
    StepQty(LineId, i32),
    SetQty(LineId, u32),
    SetMinutes(LineId, u32),
    /// `None`: the list price again.
    SetPrice(LineId, Option<Money>),
    SetDiscount(LineId, Option<ManualDiscount>),
    SetNote(LineId, String),
    /// Of printed gift cards.
    SetCodes(LineId, Vec<String>),
    /// A membership, to whoever is attached.
    Sell(Box<DraftLine>),
    Remove(LineId),
    Select(Option<LineId>),
    /// Moves the selection down (1) or up (-1).
    MoveSelection(i32),
    TicketDiscount(Option<ManualDiscount>),
    /// The most money credit to use; `None`: as much as there is.
    CreditLimit(Option<Money>),
    SetTicketNote(String),
    Attach(Rc<AtCheckout>),
    /// What an attached customer holds was read again, on whichever ticket they are.
    Known(Rc<AtCheckout>),
    Detach,
    Decline(BenefitKey),
    /// The most of a benefit to use; `None`: as much as possible.
    Lower(BenefitKey, Option<u32>),
    Accept(BenefitKey),
    OpenPayment(RequestKey),
    /// A held ticket is back; an empty ticket in view makes room for it.
    Recalled(Box<TicketDraft>),
    /// A discarded ticket is back as it was, likewise.
    PutBack(Box<OpenTicket>),
    /// The memberships that left this ticket with the person on it are back, and the person.
    PutMembershipsBack(Box<OpenTicket>),
    /// Settled, held or dropped: it leaves the counter; `fresh` names the empty one that follows the last.
    Gone {
        ticket: TicketId,
        fresh: TicketId,
    },
}

impl Counter {
    pub fn new(first: TicketId) -> Self {
        Self { tickets: vec![OpenTicket::new(first)], shown: first }
    }

    /// What was open when the window went away; `fresh` where nothing was.
    pub fn restored(drafts: Vec<TicketDraft>, fresh: TicketId) -> Self {
        match drafts.last() {
            None => Self::new(fresh),
            Some(last) => Self {
                shown: last.id,
                tickets: drafts
                    .iter()
                    .map(|draft| OpenTicket { draft: draft.clone(), ..OpenTicket::new(draft.id) })
                    .collect(),
            },
        }
    }

    /// What a window that goes away would lose.
    pub fn to_keep(&self) -> Vec<TicketDraft> {
        let typed = self.tickets.iter().filter(|ticket| !ticket.is_untouched());
        typed.map(|ticket| ticket.draft.clone()).collect()
    }

    /// The ticket in view.
    pub fn current(&self) -> &OpenTicket {
        let shown = self.tickets.iter().find(|ticket| ticket.draft.id == self.shown);
        shown.unwrap_or(&self.tickets[0])
    }

    pub fn find(&self, id: TicketId) -> Option<&OpenTicket> {
        self.tickets.iter().find(|ticket| ticket.draft.id == id)
    }

    /// The counter after `action`.
    pub fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        next.apply(action);
        next
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Open(id) => {
                self.tickets.push(OpenTicket::new(id));
                self.shown = id;
            }
            Action::Show(id) => {
                if self.find(id).is_some() {
                    self.shown = id;
                }
            }
            Action::ShowNext => {
                let at = self.tickets.iter().position(|ticket| ticket.draft.id == self.shown).unwrap_or(0);
                self.shown = self.tickets[(at + 1) % self.tickets.len()].draft.id;
            }
            Action::Known(who) => {
                for ticket in &mut self.tickets {
                    if ticket.draft.customer == Some(who.customer) {
                        ticket.attached = Some(who.clone());
                    }
                }
            }
            Action::Recalled(draft) => {
                let id = draft.id;
                self.tickets.retain(|ticket| ticket.draft.id != id && !ticket.is_untouched());
                self.tickets.push(OpenTicket { draft: *draft, ..OpenTicket::new(id) });
                self.shown = id;
            }
            Action::PutBack(was) => {
                let id = was.draft.id;
                if self.find(id).is_none() {
                    self.tickets.retain(|ticket| !ticket.is_untouched());
                    self.tickets.push(OpenTicket { payment: None, ..*was });
                    self.shown = id;
                }
            }
            Action::PutMembershipsBack(was) => {
                let id = was.draft.id;
                if let Some(ticket) = self.tickets.iter_mut().find(|ticket| ticket.draft.id == id) {
                    ticket.put_memberships_back(*was);
                    self.shown = id;
                }
            }
            Action::Gone { ticket, fresh } => {
                self.tickets.retain(|open| open.draft.id != ticket);
                if self.tickets.is_empty() {
                    self.tickets.push(OpenTicket::new(fresh));
                }
                if self.find(self.shown).is_none() {
                    self.shown = self.tickets[self.tickets.len() - 1].draft.id;
                }
            }
            other => {
                let shown = self.current().draft.id;
                if let Some(ticket) = self.tickets.iter_mut().find(|ticket| ticket.draft.id == shown) {
                    ticket.change(other);
                }
            }
        }
    }
}

impl Reducible for Counter {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(self.after(action))
    }
}

impl OpenTicket {
    fn new(id: TicketId) -> Self {
        let draft = TicketDraft {
            id,
            customer: None,
            lines: Vec::new(),
            declined: Vec::new(),
            lowered: Vec::new(),
            credit_limit: None,
            ticket_discount: None,
            note: String::new(),
        };
        Self { draft, attached: None, selected: None, payment: None }
    }

    /// Nothing would be lost with it.
    pub fn is_untouched(&self) -> bool {
        self.draft.lines.is_empty() && self.draft.customer.is_none()
    }

    pub fn line(&self, id: LineId) -> Option<&DraftLine> {
        self.draft.lines.iter().find(|line| line.id == id)
    }

    fn change(&mut self, action: Action) {
        let before = self.draft.clone();
        match action {
            Action::Add { item, line } => self.add(&item, line),
            Action::StepQty(id, by) => match self.line(id).map(|line| i64::from(line.qty) + i64::from(by)) {
                Some(qty) if qty <= 0 => self.remove(id),
                Some(qty) => self.set_qty(id, qty as u32),
                None => {}
            },
            Action::SetQty(id, 0) => self.remove(id),
            Action::SetQty(id, qty) => self.set_qty(id, qty),
            Action::SetMinutes(id, minutes) => self.edit(id, |line| line.minutes = Some(minutes)),
            Action::SetPrice(id, price) => self.edit(id, |line| line.price_override = price),
            Action::SetDiscount(id, discount) => self.edit(id, |line| line.discount = discount),
            Action::SetCodes(id, codes) => self.edit(id, |line| line.codes = codes),
            Action::Sell(line) => {
                self.selected = Some(line.id);
                self.draft.lines.push(*line);
            }
            Action::SetNote(id, note) => self.edit(id, |line| line.note = note),
            Action::Remove(id) => self.remove(id),
            Action::Select(id) => self.selected = id.filter(|id| self.line(*id).is_some()),
            Action::MoveSelection(by) => self.move_selection(by),
            Action::TicketDiscount(discount) => self.draft.ticket_discount = discount,
            Action::CreditLimit(limit) => self.draft.credit_limit = limit,
            Action::SetTicketNote(note) => self.draft.note = note,
            Action::Attach(who) => {
                if self.draft.customer != Some(who.customer) {
                    self.forget_benefits();
                    self.forget_memberships();
                }
                self.draft.customer = Some(who.customer);
                self.attached = Some(who);
            }
            Action::Detach => {
                self.draft.customer = None;
                self.attached = None;
                self.forget_benefits();
                self.forget_memberships();
            }
            Action::Decline(key) => {
                if !self.draft.declined.contains(&key) {
                    self.draft.declined.push(key);
                }
            }
            Action::Accept(key) => self.draft.declined.retain(|declined| declined.whole() != key.whole()),
            Action::Lower(key, most) => {
                self.draft.lowered.retain(|lowered| lowered.key.whole() != key.whole());
                self.draft.lowered.extend(most.map(|most| Lowered { key, most }));
            }
            Action::OpenPayment(key) => {
                self.payment.get_or_insert(key);
            }
            Action::Open(_)
            | Action::Show(_)
            | Action::ShowNext
            | Action::Known(_)
            | Action::Recalled(_)
            | Action::PutBack(_)
            | Action::PutMembershipsBack(_)
            | Action::Gone { .. } => {}
        }
        if self.draft != before {
            self.payment = None;
        }
    }

    /// One more of the same, or a new line; a gift card is always its own line, for each has its own value.
    fn add(&mut self, sold: &CatalogItem, id: LineId) {
        let item = &sold.item;
        let plain = |line: &DraftLine| {
            line.item == item.id
                && line.qty < MOST_UNITS
                && line.price_override.is_none()
                && line.discount.is_none()
                && line.note.is_empty()
                && line.codes.is_empty()
        };
        let same = self.draft.lines.iter().rposition(plain).filter(|_| item.kind != ItemKind::GiftCard);
        let selected = match same {
            Some(at) => {
                let line = &mut self.draft.lines[at];
                line.qty += 1;
                line.id
            }
            None => {
                let minutes = (item.kind == ItemKind::Rental)
                    .then(|| item.max_minutes.map_or(FIRST_MINUTES, |most| most.min(FIRST_MINUTES)));
                self.draft.lines.push(DraftLine { minutes, ..DraftLine::of(id, item.id) });
                id
            }
        };
        self.selected = Some(selected);
    }

    fn edit(&mut self, id: LineId, change: impl FnOnce(&mut DraftLine)) {
        if let Some(line) = self.draft.lines.iter_mut().find(|line| line.id == id) {
            change(line);
            self.selected = Some(id);
        }
    }

    /// A membership is sold one at a time.
    fn set_qty(&mut self, id: LineId, qty: u32) {
        self.edit(id, |line| {
            let most = if line.sells.is_some() { 1 } else { MOST_UNITS };
            line.qty = qty.min(most);
            line.codes.truncate(line.qty as usize);
        });
    }

    fn remove(&mut self, id: LineId) {
        let Some(at) = self.draft.lines.iter().position(|line| line.id == id) else { return };
        self.draft.lines.remove(at);
        if self.selected == Some(id) {
            let neighbour = self.draft.lines.get(at).or_else(|| self.draft.lines.last());
            self.selected = neighbour.map(|line| line.id);
        }
    }

    fn move_selection(&mut self, by: i32) {
        let lines = &self.draft.lines;
        if lines.is_empty() {
            return;
        }
        let last = lines.len() as i64 - 1;
        let at = self.selected.and_then(|id| lines.iter().position(|line| line.id == id));
        let next = match at {
            Some(at) => (at as i64 + i64::from(by)).clamp(0, last),
            None if by < 0 => last,
            None => 0,
        };
        self.selected = Some(lines[next as usize].id);
    }

    /// The plans that this ticket sells.
    pub fn sold_plans(&self) -> Vec<PlanId> {
        self.draft.lines.iter().filter_map(|line| Some(line.sells?.sale.plan)).collect()
    }

    /// Somebody else did not agree to them.
    fn forget_memberships(&mut self) {
        let sold: Vec<LineId> =
            self.draft.lines.iter().filter(|line| line.sells.is_some()).map(|line| line.id).collect();
        for line in sold {
            self.remove(line);
        }
    }

    /// The person as they were on the ticket, with each membership in its old place; other lines stay as they are now.
    fn put_memberships_back(&mut self, was: Self) {
        self.draft.customer = was.draft.customer;
        self.attached = was.attached;
        self.draft.declined = was.draft.declined;
        self.draft.lowered = was.draft.lowered;
        self.draft.credit_limit = was.draft.credit_limit;
        for (at, line) in was.draft.lines.into_iter().enumerate() {
            if line.sells.is_some() && self.line(line.id).is_none() {
                self.draft.lines.insert(at.min(self.draft.lines.len()), line);
            }
        }
        self.payment = None;
    }

    /// What was declined or lowered, and how much credit to use, was said of another person's benefits.
    fn forget_benefits(&mut self) {
        self.draft.declined.clear();
        self.draft.lowered.clear();
        self.draft.credit_limit = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::sample::{self, id};
    use domain::plan::DiscountValue;

    fn counter() -> Counter {
        Counter::new(id(1))
    }

    fn add(counter: &Counter, item: &CatalogItem, line: u128) -> Counter {
        counter.after(Action::Add { item: Box::new(item.clone()), line: id(line) })
    }

    #[test]
    fn the_same_item_twice_is_one_line_of_two() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6400);
        let after = add(&add(&counter(), &serum, 100), &serum, 101);
        let lines = &after.current().draft.lines;
        assert_eq!((lines.len(), lines[0].qty, lines[0].id), (1, 2, id(100)));
        assert_eq!(after.current().selected, Some(id(100)));
    }

    #[test]
    fn an_edited_line_is_not_added_to_and_gift_cards_stand_alone() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6400);
        let card = sample::item(11, ItemKind::GiftCard, "Gift Card", 5000);
        let edited =
            add(&counter(), &serum, 100).after(Action::SetPrice(id(100), Some(Money::from_minor(1))));
        assert_eq!(add(&edited, &serum, 101).current().draft.lines.len(), 2);
        assert_eq!(add(&add(&counter(), &card, 100), &card, 101).current().draft.lines.len(), 2);
    }

    #[test]
    fn a_rental_begins_with_an_hour_or_its_longest_rental() {
        let mut sauna = sample::item(10, ItemKind::Rental, "Sauna", 4800);
        assert_eq!(add(&counter(), &sauna, 100).current().draft.lines[0].minutes, Some(60));
        sauna.item.max_minutes = Some(45);
        assert_eq!(add(&counter(), &sauna, 100).current().draft.lines[0].minutes, Some(45));
    }

    #[test]
    fn the_last_one_taken_away_removes_the_line_and_selects_its_neighbour() {
        let a = sample::item(10, ItemKind::Product, "A", 100);
        let b = sample::item(11, ItemKind::Product, "B", 100);
        let both = add(&add(&counter(), &a, 100), &b, 101).after(Action::Select(Some(id(100))));
        let after = both.after(Action::StepQty(id(100), -1));
        assert_eq!(after.current().draft.lines.len(), 1);
        assert_eq!(after.current().selected, Some(id(101)));
        assert_eq!(after.after(Action::SetQty(id(101), 99_999)).current().draft.lines[0].qty, MOST_UNITS);
    }

    #[test]
    fn a_payment_keeps_its_key_until_the_ticket_changes() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6400);
        let opened = add(&counter(), &serum, 100).after(Action::OpenPayment(id(900)));
        assert_eq!(opened.current().payment, Some(id(900)));
        let again = opened.after(Action::OpenPayment(id(901))).after(Action::Select(None));
        assert_eq!(
            again.current().payment,
            Some(id(900)),
            "a retry, or looking at a line, is the same payment"
        );
        let changed = again.after(Action::StepQty(id(100), 1));
        assert_eq!(changed.current().payment, None);
        assert_eq!(changed.after(Action::OpenPayment(id(902))).current().payment, Some(id(902)));
        let discounted = again.after(Action::TicketDiscount(Some(ManualDiscount {
            value: DiscountValue::Amount(Money::from_minor(100)),
            reason: "sorry".into(),
        })));
        assert_eq!(discounted.current().payment, None);
    }

    #[test]
    fn another_person_forgets_what_was_declined_and_the_same_one_does_not() {
        let key = BenefitKey::benefit(id(1), id(2));
        let ana = Rc::new(sample::person(50, "Ana Ruiz"));
        let ben = Rc::new(sample::person(51, "Ben Cole"));
        let declined = counter()
            .after(Action::Attach(ana.clone()))
            .after(Action::Decline(key))
            .after(Action::CreditLimit(Some(Money::from_minor(500))));
        let same = declined.after(Action::Attach(ana));
        assert_eq!(same.current().draft.declined, [key]);
        let less = same.after(Action::Lower(key, Some(3))).after(Action::Lower(key, Some(2)));
        assert_eq!(less.current().draft.lowered, [Lowered { key, most: 2 }]);
        assert_eq!(less.after(Action::Lower(key, None)).current().draft.lowered, []);
        let other = less.after(Action::Attach(ben));
        assert!(other.current().draft.lowered.is_empty());
        assert!(other.current().draft.declined.is_empty() && other.current().draft.credit_limit.is_none());
        assert_eq!(declined.after(Action::Accept(key)).current().draft.declined, []);
        assert!(declined.after(Action::Detach).current().is_untouched());
    }

    #[test]
    fn a_membership_is_sold_once_and_goes_with_whoever_agreed_to_it() {
        use domain::checkout::PlanSale;
        use protocol::enrollments::Consent;
        use protocol::tickets::SellsPlan;
        let sale = PlanSale { plan: id(5), version: 1, enrollment: id(6) };
        let line = DraftLine::of_plan(id(100), SellsPlan { sale, consent: Consent::InPerson });
        let ana = Rc::new(sample::person(50, "Ana Ruiz"));
        let sold = counter()
            .after(Action::Attach(ana.clone()))
            .after(Action::Sell(Box::new(line)))
            .after(Action::StepQty(id(100), 1));
        assert_eq!((sold.current().draft.lines[0].qty, sold.current().sold_plans()), (1, vec![id(5)]));
        assert_eq!(sold.after(Action::Attach(ana)).current().sold_plans(), [id(5)]);
        let other = sold.after(Action::Attach(Rc::new(sample::person(51, "Ben Cole"))));
        assert_eq!((other.current().draft.lines.len(), other.current().selected), (0, None));
        assert!(sold.after(Action::Detach).current().is_untouched());
        assert!(sold.after(Action::StepQty(id(100), -1)).current().draft.lines.is_empty());
        let serum = sample::item(10, ItemKind::Product, "Serum", 6_400);
        let meanwhile = add(&other, &serum, 101);
        let was = Box::new(sold.current().clone());
        let back = meanwhile.after(Action::PutMembershipsBack(was.clone()));
        let names: Vec<_> = back.current().draft.lines.iter().map(|line| line.id).collect();
        assert_eq!((back.current().draft.customer, names), (Some(id(50)), vec![id(100), id(101)]));
        assert_eq!(back.after(Action::PutMembershipsBack(was)), back, "once is enough");
    }

    #[test]
    fn a_discarded_ticket_is_put_back_as_it_was_and_once() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6_400);
        let sold = add(&counter(), &serum, 100);
        let was = Box::new(sold.current().clone());
        let gone = sold.after(Action::Gone { ticket: id(1), fresh: id(2) });
        assert!(gone.current().is_untouched());
        let back = gone.after(Action::PutBack(was.clone()));
        assert_eq!(back, sold);
        assert_eq!(back.after(Action::PutBack(was)), back);
    }

    #[test]
    fn news_of_a_customer_reaches_every_ticket_they_are_on() {
        let ana = sample::person(50, "Ana Ruiz");
        let two = counter()
            .after(Action::Attach(Rc::new(ana.clone())))
            .after(Action::Open(id(2)))
            .after(Action::Attach(Rc::new(sample::person(51, "Ben Cole"))));
        let owing = Rc::new(AtCheckout { owed: Money::from_minor(9900), ..ana });
        let after = two.after(Action::OpenPayment(id(900))).after(Action::Known(owing.clone()));
        assert_eq!(after.find(id(1)).unwrap().attached, Some(owing));
        assert_eq!(after.current().attached.as_ref().unwrap().name, "Ben Cole");
        assert_eq!(after.current().payment, Some(id(900)));
    }

    #[test]
    fn a_settled_ticket_leaves_and_the_counter_is_never_empty() {
        let two = counter().after(Action::Open(id(2)));
        let one = two.after(Action::Gone { ticket: id(2), fresh: id(3) });
        assert_eq!((one.tickets.len(), one.shown), (1, id(1)));
        let none = one.after(Action::Gone { ticket: id(1), fresh: id(3) });
        assert_eq!((none.tickets.len(), none.shown), (1, id(3)));
        assert!(none.current().is_untouched());
    }

    #[test]
    fn a_recalled_ticket_takes_the_place_of_an_untouched_one_only() {
        let serum = sample::item(10, ItemKind::Product, "Serum", 6400);
        let held = add(&Counter::new(id(7)), &serum, 100).current().draft.clone();
        let recalled = counter().after(Action::Recalled(Box::new(held.clone())));
        assert_eq!((recalled.tickets.len(), recalled.shown), (1, id(7)));
        let busy = add(&counter(), &serum, 101).after(Action::Recalled(Box::new(held)));
        assert_eq!((busy.tickets.len(), busy.shown), (2, id(7)));
        assert_eq!(busy.after(Action::ShowNext).shown, id(1));
    }

    #[test]
    fn the_selection_moves_within_the_lines() {
        let a = sample::item(10, ItemKind::Product, "A", 100);
        let b = sample::item(11, ItemKind::Product, "B", 100);
        let both = add(&add(&counter(), &a, 100), &b, 101).after(Action::Select(None));
        assert_eq!(both.after(Action::MoveSelection(1)).current().selected, Some(id(100)));
        assert_eq!(both.after(Action::MoveSelection(-1)).current().selected, Some(id(101)));
        let last = both.after(Action::Select(Some(id(101)))).after(Action::MoveSelection(1));
        assert_eq!(last.current().selected, Some(id(101)));
        assert_eq!(counter().after(Action::MoveSelection(1)).current().selected, None);
    }
}
