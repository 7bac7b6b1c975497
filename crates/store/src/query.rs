//! The questions that projections answer.

mod customers;
mod drawers;
mod effects;
mod enrollments;
mod export;
mod gift_cards;
mod images;
mod members;
mod open_tickets;
mod organizations;
mod signed;
mod small;
mod tasks;
mod tickets;

pub use customers::{
    CustomerRow, FoundCustomer, FoundCustomers, customer_by_card, customers_by_words, customers_named,
    family_of, find_customers, root_of, shown_as,
};
pub use drawers::{closed_drawers, drawer, last_drawer, takings, was_counted};
pub use effects::{
    Counted, EffectKind, EffectRow, EffectsPage, NewAtStripe, NewEffect, Progressed, at_stripe,
    billed_by_card, brought_between, card_entered_on, charge_paid_by, count_effects, effect, effect_known_as,
    effects, effects_of, everything_at_stripe, forget_effects, kept, next_effect, next_try, open_effects,
};
pub use enrollments::{
    Around, Held, HeldBy, PlanTally, around, due_for_refresh, enrollments_of, held_by, held_by_ids,
    held_versions, plan_tallies, running_with_address, saved_since, used_on_trust,
};
pub use export::{
    EveryMembership, HeldLots, OnFile, TicketStored, customers_after, erased, every_membership, everybody,
    lots_after, people, tickets_after,
};
pub use gift_cards::{CardsNamed, CardsThat, GiftCardLine, GiftCardSums, gift_card_sums, gift_cards};
pub use images::{ImageRow, drop_images, has_image, image, keep_image};
pub use members::{MemberColumn, MemberFilter, MemberLine, MembersPage, members, members_by_plan};
pub use open_tickets::{OpenTicket, open_tickets};
pub use organizations::{organizations, organizations_count};
pub use signed::{
    all_signed_by, drop_signed, drop_unnamed_signed, keep_signed, name_signed, signed, signed_by,
};
pub use small::{entity, small_states};
pub use tasks::{Badge, LogLine, StaffLogPage, TaskRow, badge, log_about, log_of_staff, task, tasks};
pub use tickets::{
    HeldRow, TicketLine, TicketSums, held_of, held_tickets, saved_elsewhere, ticket_by_number, ticket_sums,
    tickets,
};

pub use crate::project::{StatusShown, sort_key};
