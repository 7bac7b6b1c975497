//! Enrolls a customer in a tier: who, which, from when, what it costs and when, and the first payment.

use super::card_page::CardPageDialog;
use super::consent::ConsentChoice;
use super::find_customer::FindCustomer;
use super::receipt::Taken;
use crate::bridge;
use crate::components::{
    Avatar, Button, DateField, Dialog, Look, Notice, NumberField, RadioCard, RadioCards, Refusal, Select,
    Severity, Skeleton, TenderFields, Typed, cash_alone,
};
use crate::ids;
use crate::pages::memberships::words::{every, plural};
use crate::pages::stripe::{card_words, to_settings};
use crate::query::{Query, use_query, use_query_once_known};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::plan::MOST_PEOPLE;
use domain::{CustomerId, Day, LocationId, Money, PlanId};
use protocol::ErrorReply;
use protocol::customers::CustomerHit;
use protocol::enrollments::{
    ChargeReceipt, Consent, Enroll as EnrollRequest, EnrollPreview, PaysBy, PreviewEnroll,
};
use protocol::plans::{ListPlans, PlanView};
use protocol::stripe::CardView;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct EnrollProps {
    #[prop_or_default]
    pub plan: Option<PlanId>,
    #[prop_or_default]
    pub customer: Option<CustomerHit>,
    /// The start that is offered first; today where there is none.
    #[prop_or_default]
    pub start: Option<Day>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Enroll(props: &EnrollProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let plans = use_query(ListPlans {});
    let customer = use_state(|| props.customer.clone());
    let plan = use_state(|| props.plan);
    let today = session.today;
    let start = use_state(|| Some(props.start.unwrap_or(today)));
    let seats = use_state(String::new);
    let people = use_state(Vec::<CustomerHit>::new);
    let connected = session.practice.stripe.is_some();
    let pays = use_state(|| if connected { PaysBy::Card } else { PaysBy::Counter });
    let asks_card = use_state(|| None::<CustomerHit>);
    let pay_now = use_state(|| true);
    let typed = use_state(Typed::default);
    let consent = use_state(|| None::<Consent>);
    let busy = use_state(|| false);
    let refusal = use_state(|| None::<ErrorReply>);
    let taken = use_state(|| None::<ChargeReceipt>);
    let key = use_memo((), |()| ids::request_key());

    let on_sale: Vec<PlanView> = (plans.data.iter())
        .flat_map(|list| &list.plans)
        .filter(|view| is_sold_at(view, session.location.id))
        .cloned()
        .collect();
    let chosen = plan.filter(|plan| on_sale.iter().any(|view| view.plan.id == *plan));
    let is_organization = customer.as_ref().is_some_and(|hit| hit.organization);
    let limit = Some(seats.trim()).filter(|text| is_organization && !text.is_empty()).map(str::parse::<u32>);
    let seats_wrong = limit.as_ref().is_some_and(|limit| !matches!(limit, Ok(1..=MOST_PEOPLE)));
    let limit = limit.and_then(Result::ok);
    let covered_ids: Vec<CustomerId> =
        if is_organization { people.iter().map(|hit| hit.id).collect() } else { Vec::new() };
    let asked = match (&*customer, chosen, start.filter(|day| *day >= today)) {
        (Some(hit), Some(plan), Some(start)) if !seats_wrong => Some(PreviewEnroll {
            customer: hit.id,
            plan,
            start,
            pays: *pays,
            seats: limit,
            people: covered_ids.clone(),
        }),
        _ => None,
    };
    let preview = use_query_once_known(asked);

    if let Some(receipt) = &*taken {
        let name = customer.as_ref().map_or_else(String::new, |hit| hit.name.clone());
        return html! { <Taken title={format!("{name} is enrolled")} receipt={receipt.clone()} onclose={props.onclose.clone()} /> };
    }

    if let Some(hit) = &*asks_card {
        return html! { <CardPageDialog customer={hit.id} name={hit.name.clone()} onclose={props.onclose.clone()} /> };
    }

    let known = preview.data.clone().filter(|_| preview.error.is_none());
    let first = known.as_ref().map(|known| known.first.clone());
    let by_card = *pays == PaysBy::Card;
    let takes_now = !by_card
        && *pay_now
        && *start == Some(today)
        && first.as_ref().is_some_and(|first| first.amount.is_positive());
    let currency = session.currency();
    let covered = typed.covers(first.as_ref().map_or(Money::ZERO, |first| first.amount), currency);
    let enroll = {
        let covered_ids = covered_ids.clone();
        let (customer, start, known, covered) =
            (customer.clone(), start.clone(), known.clone(), covered.clone());
        let (busy, refusal, taken, consent) = (busy.clone(), refusal.clone(), taken.clone(), consent.clone());
        let (asks_card, pays) = (asks_card.clone(), *pays);
        let (toast, onclose, key) = (toast.clone(), props.onclose.clone(), *key);
        Callback::from(move |()| {
            let (Some(hit), Some(plan), Some(start), Some(known), Some(consent)) =
                ((*customer).clone(), chosen, *start, &known, *consent)
            else {
                return;
            };
            let tenders = match (takes_now, &covered) {
                (false, _) => Vec::new(),
                (true, Ok(covered)) => covered.offers.clone(),
                (true, Err(_)) => return,
            };
            let request = EnrollRequest {
                customer: hit.id,
                plan,
                version: known.version,
                start,
                pays,
                tenders,
                consent,
                seats: limit,
                people: covered_ids.clone(),
            };
            let needs_card = pays == PaysBy::Card && known.card.is_none();
            let asks_card = asks_card.clone();
            busy.set(true);
            let (busy, refusal, taken, toast, onclose) =
                (busy.clone(), refusal.clone(), taken.clone(), toast.clone(), onclose.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act_with_key(request, key).await {
                    Ok(enrolled) => match enrolled.receipt {
                        Some(receipt) => taken.set(Some(receipt)),
                        None => {
                            toast.done(format!(
                                "{} is enrolled in {}",
                                hit.name, enrolled.enrollment.plan_name
                            ));
                            if needs_card {
                                asks_card.set(Some(hit));
                            } else {
                                onclose.emit(());
                            }
                        }
                    },
                    Err(error) => {
                        busy.set(false);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };
    let has_card = known.as_ref().is_some_and(|known| known.card.is_some());
    let primary = match (&first, *start) {
        (_, Some(day)) if day > today => format!("Enroll from {}", session.day(day)),
        (Some(first), _) if by_card && first.amount.is_positive() => match has_card {
            true => format!("Enroll and charge {}", session.money(first.amount)),
            false => "Enroll, then ask for the card".to_owned(),
        },
        (Some(first), _) if takes_now => format!("Enroll and take {}", session.money(first.amount)),
        (Some(first), _) if first.amount.is_positive() => {
            format!("Enroll, {} stays due", session.money(first.amount))
        }
        _ => "Enroll".into(),
    };
    // Only what was shown for exactly this can be agreed to.
    let complete = preview.fresh && consent.is_some() && !*busy && (!takes_now || covered.is_ok());
    let title = match customer.as_ref() {
        Some(hit) => format!("Enroll {}", hit.name),
        None => "Add Member".into(),
    };
    let options: Vec<(PlanId, AttrValue)> = on_sale
        .iter()
        .map(|view| {
            let terms = &view.plan.current().terms;
            (
                view.plan.id,
                format!(
                    "{}, {} {}",
                    view.plan.about.name,
                    session.money(terms.price),
                    every(terms.frequency)
                )
                .into(),
            )
        })
        .collect();
    let choose_plan = {
        let plan = plan.clone();
        Callback::from(move |id| plan.set(Some(id)))
    };
    let choose_customer = {
        let customer = customer.clone();
        Callback::from(move |hit| customer.set(hit))
    };
    let choose_start = {
        let start = start.clone();
        Callback::from(move |day| start.set(day))
    };
    let start_words = match *start {
        Some(day) if day == today => "Today".to_owned(),
        Some(day) if day > today => format!("In {}", plural(day.since(today), "day", "days")),
        _ => String::new(),
    };
    let version = known.as_ref().map(|known| {
        let beside = known.beside.join(" ");
        format!("Version {}. {beside}", known.version)
    });
    html! {
        <Dialog {title} {primary} disabled={!complete} onprimary={enroll} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*refusal).clone()} title="Not enrolled" />
                if props.customer.is_none() {
                    <FindCustomer label={session.practice.customer_word.one()} chosen={(*customer).clone()} onchoose={choose_customer} />
                }
                <Refusal error={plans.error.clone()} title="The tiers could not be read" onretry={plans.reload.clone()} />
                if plans.data.is_some() && on_sale.is_empty() {
                    <Notice severity={Severity::Info} title="No tier is on sale here">{ "Add a membership under Inventory first." }</Notice>
                } else {
                    <div class="pl-fields">
                        <Select<PlanId> label="Tier" {options} selected={chosen} onselect={choose_plan} placeholder="Choose a tier" help={version.unwrap_or_default()} />
                        <DateField label="Starts" from={today} value={*start} onchange={choose_start} help={start_words} />
                    </div>
                }
                if is_organization {
                    <Seated seats={(*seats).clone()} wrong={seats_wrong} people={(*people).clone()}
                        onseats={let seats = seats.clone(); Callback::from(move |text| seats.set(text))}
                        onpeople={let people = people.clone(); Callback::from(move |all| people.set(all))} />
                }
                if start.is_some_and(|day| day < today) {
                    <Notice severity={Severity::Warning} title="The start is in the past">{ "A membership starts today or later." }</Notice>
                }
                <RadioCards<PaysBy> label="How will it be paid?" cards={ways(connected, known.as_ref().and_then(|known| known.card.as_ref()))} selected={*pays}
                    onselect={let pays = pays.clone(); Callback::from(move |way| pays.set(way))} />
                if !connected { <p class="pl-small pl-subtle">{ "Cards are charged through Stripe. " }{ to_settings() }</p> }
                <WhatHappens {preview} pays={*pays} />
                if let (Some(known), Some(hit)) = (&known, &*customer) {
                    <ConsentChoice key={what_is_agreed(hit.id, known)} customer={hit.id}
                        onchoose={let consent = consent.clone(); Callback::from(move |how| consent.set(how))} />
                }
                if let Some(first) = first.filter(|first| !by_card && *start == Some(today) && first.amount.is_positive()) {
                    <div class="pf-v6-c-check">
                        <input class="pf-v6-c-check__input" type="checkbox" id="enroll-pay" checked={*pay_now}
                            onchange={let pay_now = pay_now.clone(); Callback::from(move |_: Event| pay_now.set(!*pay_now))} />
                        <label class="pf-v6-c-check__label" for="enroll-pay">{ format!("Take {} now", session.money(first.amount)) }</label>
                    </div>
                    if *pay_now {
                        <TenderFields typed={(*typed).clone()} onchange={let typed = typed.clone(); Callback::from(move |next| typed.set(next))}
                            {currency} due={first.amount} exact_cash={cash_alone(first.amount, currency)} out={covered} />
                    } else {
                        <p class="pl-small pl-subtle">{ "Benefits stay off until it is paid." }</p>
                    }
                }
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct SeatedProps {
    seats: String,
    wrong: bool,
    people: Vec<CustomerHit>,
    onseats: Callback<String>,
    onpeople: Callback<Vec<CustomerHit>>,
}

/// Whom an organization takes it for: how many seats, and who sits from the start.
#[component]
fn Seated(props: &SeatedProps) -> Html {
    let taken: Vec<CustomerId> = props.people.iter().map(|hit| hit.id).collect();
    let add = {
        let (people, onpeople) = (props.people.clone(), props.onpeople.clone());
        Callback::from(move |hit: Option<CustomerHit>| {
            if let Some(hit) = hit {
                onpeople.emit(people.iter().cloned().chain([hit]).collect());
            }
        })
    };
    let without = |gone: CustomerId| {
        let people: Vec<CustomerHit> = props.people.iter().filter(|hit| hit.id != gone).cloned().collect();
        props.onpeople.reform(move |()| people.clone())
    };
    let error = props.wrong.then(|| AttrValue::from(format!("From 1 to {MOST_PEOPLE}, or nothing.")));
    html! {
        <>
            <div class="pl-fields">
                <NumberField label="Seats" after="seats" value={props.seats.clone()} {error} onchange={props.onseats.clone()} help="Empty: as many as join" />
            </div>
            <div>
                <div class="pf-v6-c-form__label"><span class="pf-v6-c-form__label-text">{ "People" }</span></div>
                if props.people.is_empty() { <p class="pl-small pl-subtle">{ "Whoever is added here sits from the first day. More can join at any time." }</p> }
                <ul class="pl-list">
                    { for props.people.iter().map(|hit| html! {
                        <li class="pl-row" key={hit.id.to_string()}>
                            <Avatar name={hit.name.clone()} id={hit.id.uuid()} />
                            <span class="pl-grow pl-clip"><bdi>{ &hit.name }</bdi></span>
                            <Button look={Look::Link} small=true text="Remove" label={format!("Remove {}", hit.name)} onclick={without(hit.id)} />
                        </li>
                    }) }
                </ul>
                <FindCustomer key={props.people.len()} label="Add a person" chosen={None::<CustomerHit>} without={taken} people_only=true onchoose={add} />
            </div>
        </>
    }
}

/// The two ways to pay, the card named where one is on file.
fn ways(connected: bool, card: Option<&CardView>) -> Vec<RadioCard<PaysBy>> {
    let (title, about) = match card {
        Some(card) => ("Card on file", card_words(card)),
        None => ("Card", "Typed on Stripe’s page, never here".to_owned()),
    };
    vec![
        RadioCard {
            value: PaysBy::Card,
            title: title.into(),
            about: about.into(),
            refused: (!connected).then(|| "Stripe is not connected".into()),
        },
        RadioCard::new(PaysBy::Counter, "At the counter", "Each renewal is collected here"),
    ]
}

/// Whether somebody can be enrolled in it here.
pub fn is_sold_at(view: &PlanView, location: LocationId) -> bool {
    !view.plan.archived && view.plan.about.scope.holds(location)
}

/// Names the very sentences a person agrees to: a signature under other ones counts for nothing.
pub fn what_is_agreed(customer: CustomerId, known: &EnrollPreview) -> String {
    format!("{customer} {}", known.sentences.join(" "))
}

#[derive(Properties, PartialEq)]
pub struct WhatHappensProps {
    pub preview: Query<EnrollPreview>,
    #[prop_or_default]
    pub pays: PaysBy,
}

/// What will be charged, when, and what starts when, in the words of the desk that will do it.
#[component]
pub fn WhatHappens(props: &WhatHappensProps) -> Html {
    let session = use_session();
    let preview = &props.preview;
    if preview.error.is_some() {
        return html! { <Refusal error={preview.error.clone()} title="This cannot be sold like this" /> };
    }
    let Some(known) = &preview.data else {
        return html!(if preview.slow { <Skeleton width="100%" /> });
    };
    let line = |line: &protocol::enrollments::ChargeLine| {
        let day = if line.on == session.today { "Today".to_owned() } else { session.day(line.on) };
        html! {
            <div class="pl-row pl-row--between">
                <span><b class="pl-strong">{ day }</b>{ format!(", {}", line.words) }</span>
                <span class="pl-strong pl-money">{ session.money(line.amount) }</span>
            </div>
        }
    };
    html! {
        <div class="pl-words" aria-live="polite">
            <h3 class="pl-eyebrow">{ "What happens" }</h3>
            { line(&known.first) }
            { line(&known.next) }
            <div class="pl-small pl-subtle">{ known.sentences.join(" ") }</div>
            { match props.pays {
                PaysBy::Counter => html!(<div class="pl-small pl-subtle">{ "Paid at the counter: each renewal is collected here." }</div>),
                PaysBy::Card => html!(<div class="pl-small pl-subtle">{ by_card_words(known) }</div>),
            } }
        </div>
    }
}

/// What follows where it is paid by card; the desk says what it knows of it, and the rest is always so.
fn by_card_words(known: &EnrollPreview) -> String {
    if !known.card_notes.is_empty() {
        return known.card_notes.join(" ");
    }
    match &known.card {
        Some(card) => format!("Charged to {}: Stripe collects each renewal by itself.", card_words(card)),
        None => "There is no card on file: after enrolling, a page or a link asks for it. Benefits start once it is charged.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_can_be_chosen_only_where_stripe_is_connected() {
        let card = CardView { words: "Visa 1881".into(), expires: Some("11/28".into()), expires_soon: false };
        let off = ways(false, None);
        assert_eq!(off[0].refused.as_deref(), Some("Stripe is not connected"));
        assert!(off[1].refused.is_none());
        let on = ways(true, Some(&card));
        assert_eq!(on[0].refused, None);
        assert_eq!(
            (on[0].title.as_str(), on[0].about.as_str()),
            ("Card on file", "Visa 1881, expires 11/28")
        );
    }
}
