//! Changes what is left of a benefit by hand, always with a reason.

use super::use_sending;
use crate::components::{Dialog, Refusal, TextField, ToggleGroup};
use crate::ids;
use crate::pages::members::left_words;
use crate::pages::memberships::draft::minutes;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::plan::CreditUnit;
use domain::{BenefitId, Currency, CustomerId};
use protocol::enrollments::{AdjustCredit, EnrollmentView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AdjustProps {
    pub view: Rc<EnrollmentView>,
    pub benefit: BenefitId,
    pub person: Option<CustomerId>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Adjust(props: &AdjustProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let adds = use_state(|| true);
    let amount = use_state(String::new);
    let reason = use_state(String::new);
    let Some(balance) =
        props.view.balances.iter().find(|one| one.benefit == props.benefit && one.person == props.person)
    else {
        return html! {};
    };
    let unit = balance.unit.unwrap_or(CreditUnit::Bookings);
    let currency = session.currency();
    let read = read_amount(unit, &amount, currency);
    let signed = read.map(|amount| if *adds { amount } else { -amount });
    let after = signed.map(|amount| balance.left + amount);
    let too_low = after.is_some_and(|after| after < 0);
    let ready = signed.is_some() && !too_low && !reason.trim().is_empty();
    let adjust = {
        let (sending, toast, onclose, key, id) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, props.view.id);
        let (benefit, person, reason, name) =
            (props.benefit, props.person, reason.trim().to_owned(), balance.name.clone());
        Callback::from(move |()| {
            let Some(amount) = signed else { return };
            let (toast, onclose, name) = (toast.clone(), onclose.clone(), name.clone());
            sending.send(
                AdjustCredit { id, benefit, person, amount, reason: reason.clone() },
                key,
                move |_| {
                    toast.done(format!("{name} adjusted"));
                    onclose.emit(());
                },
            );
        })
    };
    let say = |amount: i64| left_words(unit, amount, currency);
    let primary = match signed {
        Some(amount) if amount > 0 => format!("Add {}", say(amount)),
        Some(amount) => format!("Take away {}", say(-amount)),
        None => "Adjust".into(),
    };
    html! {
        <Dialog title={format!("Adjust {} of {}", balance.name, balance.person_name.as_ref().unwrap_or(&props.view.customer_name))} width="34rem" {primary}
            disabled={!ready || *sending.busy} onprimary={adjust} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not adjusted" />
                <ToggleGroup<bool> label="Change" options={vec![(true, "Add".into()), (false, "Take away".into())]} selected={*adds}
                    onselect={let adds = adds.clone(); Callback::from(move |value| adds.set(value))} />
                { amount_field(unit, currency, &amount, too_low.then(|| format!("Only {} is left.", say(balance.left)).into())) }
                <TextField label="Reason" value={(*reason).clone()} required=true max_length={200} help="Kept in the history, and read by the next person who wonders."
                    onchange={let reason = reason.clone(); Callback::from(move |text| reason.set(text))} />
                <div class="pl-words pl-row pl-row--between" role="status">
                    <span>{ format!("{} now", say(balance.left)) }</span>
                    if let Some(after) = after.filter(|_| !too_low) { <span class="pl-strong">{ format!("{} after", say(after)) }</span> }
                </div>
            </div>
        </Dialog>
    }
}

/// Where an amount of a credit is typed, in its unit.
pub fn amount_field(
    unit: CreditUnit,
    currency: Currency,
    amount: &UseStateHandle<String>,
    problem: Option<AttrValue>,
) -> Html {
    let (label, after) = match unit {
        CreditUnit::Money => ("Amount", ""),
        CreditUnit::Minutes => ("Hours", "hours"),
        CreditUnit::Bookings => ("Number", ""),
    };
    let before = if unit == CreditUnit::Money { currency.symbol() } else { String::new() };
    let unreadable = !amount.trim().is_empty() && read_amount(unit, amount, currency).is_none();
    let error = unreadable.then(|| AttrValue::from("An amount above zero.")).or(problem);
    let onchange = {
        let amount = amount.clone();
        Callback::from(move |text| amount.set(text))
    };
    html!(<TextField {label} value={(**amount).clone()} required=true autofocus=true max_length={20} {before} {after} {error} {onchange} />)
}

/// A positive amount in the unit, or none.
pub fn read_amount(unit: CreditUnit, text: &str, currency: Currency) -> Option<i64> {
    match unit {
        CreditUnit::Money => currency.parse(text).ok().map(|amount| amount.minor()),
        CreditUnit::Minutes => minutes(text),
        CreditUnit::Bookings => text.trim().parse().ok(),
    }
    .filter(|amount| (1..=domain::Money::MAX_PRICE.minor()).contains(amount))
}
