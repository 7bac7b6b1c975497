//! Credit given by hand, with an expiry of its own; and more time for what is there.

use super::adjust::{amount_field, read_amount};
use super::use_sending;
use crate::components::{DateField, Dialog, Refusal, Select, TextField};
use crate::ids;
use crate::pages::members::left_words;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::plan::CreditUnit;
use domain::{BenefitId, CustomerId, Day, LotId};
use protocol::enrollments::{BalanceView, EnrollmentView, ExtendLot, GiveGoodwill, LotView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct OfBenefit {
    pub view: Rc<EnrollmentView>,
    pub benefit: BenefitId,
    pub person: Option<CustomerId>,
    pub onclose: Callback<()>,
}

impl OfBenefit {
    fn balance(&self) -> Option<&BalanceView> {
        self.view.balances.iter().find(|one| one.benefit == self.benefit && one.person == self.person)
    }
}

#[component]
pub fn Give(props: &OfBenefit) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let amount = use_state(String::new);
    let expires = use_state(|| None::<Day>);
    let reason = use_state(String::new);
    let Some(balance) = props.balance() else { return html! {} };
    let unit = balance.unit.unwrap_or(CreditUnit::Bookings);
    let currency = session.currency();
    let read = read_amount(unit, &amount, currency);
    let give = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, props.view.id);
        let (benefit, person, expires, reason) =
            (props.benefit, props.person, *expires, reason.trim().to_owned());
        let name = balance.name.clone();
        Callback::from(move |()| {
            let Some(amount) = read else { return };
            let (toast, onclose, name, reason) =
                (toast.clone(), onclose.clone(), name.clone(), reason.clone());
            sending.send(GiveGoodwill { id, benefit, person, amount, expires, reason }, key, move |_| {
                toast.done(format!("{name} given"));
                onclose.emit(());
            });
        })
    };
    let primary = read
        .map_or_else(|| "Give".to_owned(), |amount| format!("Give {}", left_words(unit, amount, currency)));
    let whose = balance.person_name.as_ref().unwrap_or(&props.view.customer_name);
    html! {
        <Dialog title={format!("Give {whose} more of {}", balance.name)} width="34rem" {primary}
            disabled={read.is_none() || reason.trim().is_empty() || *sending.busy} onprimary={give} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Nothing was given" />
                { amount_field(unit, currency, &amount, None) }
                <DateField label="Usable through" from={session.today} value={*expires} onchange={let expires = expires.clone(); Callback::from(move |day| expires.set(day))}
                    help="Empty: it does not expire while the membership runs." />
                <TextField label="Reason" value={(*reason).clone()} required=true max_length={200} help="Kept in the history, and read by the next person who wonders."
                    onchange={let reason = reason.clone(); Callback::from(move |text| reason.set(text))} />
            </div>
        </Dialog>
    }
}

#[component]
pub fn Extend(props: &OfBenefit) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    // What can be used first, then what has expired: with a later day it is there again.
    let lots: Vec<(LotView, bool)> = (props.balance())
        .map(|balance| {
            let usable = balance.lots.iter().map(|lot| (lot.clone(), false));
            usable.chain(balance.expired.iter().map(|lot| (lot.clone(), true))).collect()
        })
        .unwrap_or_default();
    let lot = use_state(|| lots.first().map(|(lot, _)| lot.id));
    let expires = use_state(|| None::<Day>);
    let reason = use_state(String::new);
    let Some(balance) = props.balance() else { return html! {} };
    let unit = balance.unit.unwrap_or(CreditUnit::Bookings);
    let currency = session.currency();
    let options: Vec<(LotId, AttrValue)> = lots
        .iter()
        .map(|(lot, expired)| {
            let through = match lot.expires.map(|day| session.day(day)) {
                Some(day) if *expired => format!("expired after {day}"),
                Some(day) => format!("through {day}"),
                None => "does not expire".to_owned(),
            };
            let words = format!(
                "{} of {}, {through}",
                left_words(unit, lot.left, currency),
                session.day(lot.granted_on)
            );
            (lot.id, words.into())
        })
        .collect();
    let extend = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, props.view.id);
        let (benefit, lot, expires, reason) = (props.benefit, *lot, *expires, reason.trim().to_owned());
        let name = balance.name.clone();
        Callback::from(move |()| {
            let Some(lot) = lot else { return };
            let (toast, onclose, name, reason) =
                (toast.clone(), onclose.clone(), name.clone(), reason.clone());
            sending.send(ExtendLot { id, benefit, lot, expires, reason }, key, move |_| {
                toast.done(format!("{name} expires another day"));
                onclose.emit(());
            });
        })
    };
    let is_expired = lots.iter().any(|(one, expired)| *expired && Some(one.id) == *lot);
    let primary = (*expires)
        .map_or_else(|| "Let it not expire".to_owned(), |day| format!("Usable through {}", session.day(day)));
    html! {
        <Dialog title={format!("When {} expires", balance.name)} width="34rem" {primary}
            disabled={lot.is_none() || reason.trim().is_empty() || *sending.busy} onprimary={extend} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not changed" />
                if options.is_empty() {
                    <p>{ "Nothing is left of it that could expire, and nothing of it expired." }</p>
                } else {
                    <Select<LotId> label="Which credit" {options} selected={*lot} onselect={let lot = lot.clone(); Callback::from(move |id| lot.set(Some(id)))} />
                    if is_expired { <p class="pl-small pl-subtle">{ "It has expired. With a later day what was left of it can be used again." }</p> }
                    <DateField label="Usable through" from={session.today} value={*expires} onchange={let expires = expires.clone(); Callback::from(move |day| expires.set(day))}
                        help="Empty: it does not expire while the membership runs." />
                    <TextField label="Reason" value={(*reason).clone()} required=true max_length={200}
                        onchange={let reason = reason.clone(); Callback::from(move |text| reason.set(text))} />
                }
            </div>
        </Dialog>
    }
}
