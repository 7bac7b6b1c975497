//! What can be done to one enrollment: the menu that offers it and the dialog that does it.

pub mod adjust;
pub mod agreements;
pub mod cancel;
pub mod card;
pub mod change_plan;
pub mod collect;
pub mod family;
pub mod goodwill;
pub mod pause;
pub mod seats;
pub mod trust;
pub mod update_terms;

use super::card_billing::{change_words, other_way};
use super::card_page::CardPageDialog;
use crate::components::MenuItem;
use crate::query::use_query;
use crate::route::{CustomerTab, Route};
use crate::session::SignedIn;
use domain::{BenefitId, CustomerId, EnrollmentId, RecordId};
use protocol::enrollments::{EnrollmentView, GetEnrollment, PaysBy, StatusView};
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// One thing to do to an enrollment.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    Collect,
    Pause,
    Resume,
    Cancel,
    UndoCancel,
    UpdateTerms,
    ChangePlan,
    /// Drop what is agreed for the next billing date.
    KeepAsItIs,
    /// The benefit, and whose lots where a dependent has their own.
    Adjust(BenefitId, Option<CustomerId>),
    Give(BenefitId, Option<CustomerId>),
    Extend(BenefitId, Option<CustomerId>),
    AddDependent,
    RemoveDependent(CustomerId),
    /// Makes this family member the holder.
    ChangeHolder(CustomerId),
    /// Shows what was agreed to: this once, or the newest.
    ShowAgreements(Option<RecordId>),
    /// Another number of seats.
    LimitSeats,
    PauseSeat(CustomerId),
    ResumeSeat(CustomerId),
    /// Asks the bank again for what it refused.
    RetryCharge,
    /// Benefits that were used before they were paid for.
    SettleTrust,
    /// A page for the holder's card.
    AskCard,
    /// Over to that way to pay; the way it is paid now drops what is agreed for later.
    ChangePays(PaysBy),
}

/// The moves of a menu, each with why it is refused where it is.
pub fn move_items(view: &EnrollmentView, choose: &Callback<Move>, session: &SignedIn) -> Vec<MenuItem> {
    let item = |words: &'static str, icon: &'static str, what: Move, refused: &Option<String>| {
        MenuItem::action(words, icon, choose.reform(move |()| what.clone())).refused(refused.clone())
    };
    let moves = &view.moves;
    if matches!(view.status, StatusView::Cancelled { .. }) {
        let mut items = vec![item("Show agreement", "file-contract", Move::ShowAgreements(None), &None)];
        if !view.dues.is_empty() {
            items.insert(0, item("Collect renewal", "money-bill", Move::Collect, &moves.collect));
        }
        if has_failed(view) {
            items.insert(0, item("Retry charge", "credit-card", Move::RetryCharge, &moves.retry_charge));
        }
        if has_used_on_trust(view) {
            items.push(item("Settle what was used", "receipt", Move::SettleTrust, &None));
        }
        return items;
    }
    let cancel_refused = match (&moves.cancel_at_period_end, &moves.cancel_now) {
        (Some(why), Some(_)) => Some(why.clone()),
        _ => None,
    };
    let mut items = vec![item("Collect renewal", "money-bill", Move::Collect, &moves.collect)];
    if has_failed(view) {
        items.push(item("Retry charge", "credit-card", Move::RetryCharge, &moves.retry_charge));
    }
    items.push(if view.seats.is_some() {
        item("Change seats", "chair", Move::LimitSeats, &moves.limit_seats)
    } else if matches!(view.status, StatusView::Paused { .. }) {
        item("Resume", "play", Move::Resume, &moves.resume)
    } else {
        item("Pause", "pause", Move::Pause, &moves.pause)
    });
    items.push(item("Change plan", "exchange-alt", Move::ChangePlan, &moves.change_plan));
    items.push(item("Update terms", "file-signature", Move::UpdateTerms, &moves.update_terms));
    if session.practice.stripe.is_some() {
        let other = other_way(view.pays);
        if view.pays == PaysBy::Card {
            items.push(item("Replace card", "credit-card", Move::AskCard, &None));
        }
        items.push(item(change_words(other), "exchange-alt", Move::ChangePays(other), &moves.change_pays));
    }
    if has_used_on_trust(view) {
        items.push(item("Settle what was used", "receipt", Move::SettleTrust, &None));
    }
    items.push(item("Show agreement", "file-contract", Move::ShowAgreements(None), &None));
    if view.pending_terms.is_some() {
        items.push(item("Keep it as it is", "undo", Move::KeepAsItIs, &moves.keep_terms));
    }
    if view.moves.undo_cancel.is_none() {
        items.push(item("Keep it", "undo", Move::UndoCancel, &moves.undo_cancel).apart());
    }
    items.push(item("Cancel membership", "ban", Move::Cancel, &cancel_refused).apart());
    items
}

fn has_used_on_trust(view: &EnrollmentView) -> bool {
    view.card.as_ref().is_some_and(|billing| billing.on_trust.is_positive())
}

fn has_failed(view: &EnrollmentView) -> bool {
    view.card.as_ref().is_some_and(|billing| !billing.failed.is_empty())
}

/// What leads from a membership to the pages of who holds it.
#[hook]
pub fn use_way_to(customer: CustomerId) -> Vec<MenuItem> {
    let router = use_router::<Route>();
    let go = |tab: CustomerTab| {
        let router = router.clone();
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(Route::Customer { id: customer, tab });
            }
        })
    };
    vec![
        MenuItem::action("Open profile", "user", go(CustomerTab::Overview)),
        MenuItem::action("Manage billing", "receipt", go(CustomerTab::Billing)),
    ]
}

#[derive(Properties, PartialEq)]
pub struct MoveDialogProps {
    pub enrollment: EnrollmentId,
    pub what: Move,
    pub onclose: Callback<()>,
}

/// The dialog of one move, with the enrollment as it stands now.
#[component]
pub fn MoveDialog(props: &MoveDialogProps) -> Html {
    let asked = use_query(GetEnrollment { id: props.enrollment });
    // The dialog keeps what it opened with: what it does changes the enrollment under it.
    let opened = use_mut_ref(|| None::<Rc<EnrollmentView>>);
    if opened.borrow().is_none() {
        opened.borrow_mut().clone_from(&asked.data);
    }
    let view = match &*opened.borrow() {
        Some(view) => view.clone(),
        None => return html! {},
    };
    let onclose = props.onclose.clone();
    match &props.what {
        Move::Collect => html! { <collect::Collect {view} {onclose} /> },
        Move::Pause => html! { <pause::Pause {view} {onclose} /> },
        Move::Resume => html! { <pause::Resume {view} {onclose} /> },
        Move::Cancel => html! { <cancel::Cancel {view} {onclose} /> },
        Move::UndoCancel => html! { <cancel::KeepIt {view} {onclose} /> },
        Move::UpdateTerms => html! { <update_terms::UpdateOne {view} {onclose} /> },
        Move::ChangePlan => html! { <change_plan::ChangePlan {view} {onclose} /> },
        Move::KeepAsItIs => html! { <change_plan::KeepAsItIs {view} {onclose} /> },
        Move::Give(benefit, person) => {
            html! { <goodwill::Give {view} benefit={*benefit} person={*person} {onclose} /> }
        }
        Move::Extend(benefit, person) => {
            html! { <goodwill::Extend {view} benefit={*benefit} person={*person} {onclose} /> }
        }
        Move::ChangeHolder(customer) => {
            html! { <family::ChangeTheHolder {view} customer={*customer} {onclose} /> }
        }
        Move::Adjust(benefit, person) => {
            html! { <adjust::Adjust {view} benefit={*benefit} person={*person} {onclose} /> }
        }
        Move::ShowAgreements(record) => {
            html! { <agreements::ShowAgreements {view} first={*record} {onclose} /> }
        }
        Move::LimitSeats => html! { <seats::LimitTheSeats {view} {onclose} /> },
        Move::PauseSeat(customer) => {
            html! { <seats::PauseOne {view} customer={*customer} {onclose} /> }
        }
        Move::ResumeSeat(customer) => {
            html! { <seats::ResumeOne {view} customer={*customer} {onclose} /> }
        }
        Move::RetryCharge => html! { <card::RetryCharge {view} {onclose} /> },
        Move::SettleTrust => html! { <trust::SettleTrust {view} {onclose} /> },
        Move::AskCard => {
            html! { <CardPageDialog customer={view.customer} name={view.customer_name.clone()} {onclose} /> }
        }
        Move::ChangePays(to) => html! { <card::ChangePays {view} to={*to} {onclose} /> },
        Move::AddDependent => html! { <family::AddToFamily {view} {onclose} /> },
        Move::RemoveDependent(customer) => {
            html! { <family::RemoveFromFamily {view} customer={*customer} {onclose} /> }
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct OfEnrollment {
    pub view: Rc<EnrollmentView>,
    pub onclose: Callback<()>,
}

/// What a dialog needs to send its request once and say how it went.
#[derive(Clone, PartialEq)]
pub struct Sending {
    pub busy: UseStateHandle<bool>,
    pub refusal: UseStateHandle<Option<protocol::ErrorReply>>,
}

#[hook]
pub fn use_sending() -> Sending {
    let busy = use_state(|| false);
    let refusal = use_state(|| None);
    Sending { busy, refusal }
}

impl Sending {
    /// Sends `request` and hands its reply on; a refusal stays in the dialog.
    pub fn send<C>(&self, request: C, key: domain::RequestKey, done: impl FnOnce(C::Reply) + 'static)
    where
        C: protocol::Call + Clone + 'static,
    {
        self.busy.set(true);
        self.refusal.set(None);
        let Self { busy, refusal } = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            match crate::bridge::act_with_key(request, key).await {
                Ok(reply) => done(reply),
                Err(error) => {
                    busy.set(false);
                    refusal.set(Some(error));
                }
            }
        });
    }
}
