//! What another program bills through the account: looked at, chosen, and taken over.

use crate::components::{
    Button, Checkbox, Column, DataTable, Look, Menu, MenuItem, MoneyText, Notice, Refusal, Severity,
    StatusLabel, TableRow, Tone, caret, grouped,
};
use crate::pages::memberships::words::{per, plural};
use crate::query::{use_look_again, use_query};
use crate::saving::use_saving;
use crate::toast::use_toast;
use domain::CustomerId;
use domain::PlanId;
use domain::plan::Frequency;
use protocol::adopting::{
    AdoptAccount, Adopted, AdoptedAs, AdoptedPerson, AdoptedPlan, Adoption, AdoptionChoices, AdoptionReading,
    GetAdoption, LookAtAccount,
};
use yew::prelude::*;

const LOOK_MS: u32 = 1_000;
/// Where the preview begins.
const FOUND: &str = "adopt-found";

#[derive(Properties, PartialEq)]
pub struct AdoptProps {
    /// Stripe cannot be asked now.
    pub rests: bool,
}

#[component]
pub fn Adopt(props: &AdoptProps) -> Html {
    let toast = use_toast();
    let choices = use_state(AdoptionChoices::default);
    let told = use_query(GetAdoption { choices: (*choices).clone() });
    let reading =
        told.data.as_ref().is_some_and(|told| matches!(told.reading, AdoptionReading::Reading { .. }));
    use_look_again(&told.reload, reading.then_some(LOOK_MS));
    let look = use_saving::<LookAtAccount>(told.reload.reform(|_| ()));
    let adopt = {
        let (toast, choices, reload) = (toast, choices.clone(), told.reload.clone());
        use_saving::<AdoptAccount>(Callback::from(move |adopted: Adopted| {
            toast.done(done_words(&adopted));
            choices.set(AdoptionChoices::default());
            reload.emit(());
        }))
    };
    let asked = use_state(|| false);
    let onlook = {
        let (asked, send) = (asked.clone(), look.send.clone());
        Callback::from(move |()| {
            asked.set(true);
            send.emit(LookAtAccount {});
        })
    };
    let found = told.data.as_ref().filter(|told| matches!(told.reading, AdoptionReading::Done { .. }));
    // Whoever asked for it is shown it; it stands below what fits.
    use_effect_with(*asked && found.is_some(), |shown| {
        let found = || web_sys::window()?.document()?.get_element_by_id(FOUND);
        if let Some(found) = shown.then(found).flatten() {
            found.scroll_into_view();
        }
    });
    let text = match (reading, found.is_some()) {
        (true, _) => "Reading…",
        (false, true) => "Look again",
        (false, false) => "Look at the account",
    };
    let stopped = told.data.as_ref().and_then(|told| match &told.reading {
        AdoptionReading::Stopped { said } => Some(said.clone()),
        _ => None,
    });
    html! {
        <section class="pl-stack pl-settings-form" id="adopt">
            <h3 class="pl-section-title">{ "Take over what is billed there already" }</h3>
            <p class="pl-subtle">{ "Memberships that another program, or somebody in the dashboard, began at Stripe go on here, with their dates, prices and cards. You see first what would come. Nothing is changed at Stripe." }</p>
            <Refusal error={look.error.clone().or_else(|| told.error.clone())} title="Not read" />
            <div class="pl-row pl-flow">
                <Button {text} disabled={reading || look.busy || props.rests} onclick={onlook} />
                <span class="pl-small pl-subtle" role="status">{ told.data.as_ref().map(|told| progress(&told.reading)).unwrap_or_default() }</span>
            </div>
            if let Some(said) = stopped {
                <Notice severity={Severity::Warning} title="Stripe did not let this be read">{ format!("{said} Nothing was taken over.") }</Notice>
            }
            if let Some(found) = found {
                <Preview found={(**found).clone()} choices={(*choices).clone()} busy={adopt.busy} error={adopt.error.clone()}
                    onchoose={let choices = choices.clone(); Callback::from(move |made| choices.set(made))} onadopt={adopt.send.clone()} />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct PreviewProps {
    found: Adoption,
    choices: AdoptionChoices,
    busy: bool,
    error: Option<protocol::ErrorReply>,
    onchoose: Callback<AdoptionChoices>,
    onadopt: Callback<AdoptAccount>,
}

#[component]
fn Preview(props: &PreviewProps) -> Html {
    let (found, choices) = (&props.found, &props.choices);
    let nothing = found.memberships + found.newcomers == 0;
    let oneverybody = {
        let (choices, onchoose) = (choices.clone(), props.onchoose.clone());
        Callback::from(move |everybody| onchoose.emit(AdoptionChoices { everybody, ..choices.clone() }))
    };
    let onadopt = {
        let (choices, onadopt) = (choices.clone(), props.onadopt.clone());
        let (memberships, newcomers) = (found.memberships, found.newcomers);
        Callback::from(move |()| {
            onadopt.emit(AdoptAccount { choices: choices.clone(), memberships, newcomers })
        })
    };
    let without = found.without;
    html! {
        <>
            <div class="pl-row pl-flow" role="group" id={FOUND} aria-label="What comes">
                { label(found.memberships, Tone::Green, "plus-circle", "membership comes", "memberships come") }
                { label(found.newcomers, Tone::Blue, "plus-circle", "person is put on file", "people are put on file") }
                { label(found.on_file, Tone::Grey, "check-circle", "person is on file", "people are on file") }
                { label(found.known, Tone::Grey, "check-circle", "is here already", "are here already") }
                { label(found.ended, Tone::Grey, "ban", "has ended", "have ended") }
                { label(found.left_out_count, Tone::Orange, "exclamation-triangle", "stays with Stripe alone", "stay with Stripe alone") }
            </div>
            if without > 0 {
                <Checkbox label={format!("Put {} on file too", plural(without.into(), "customer without a membership", "customers without a membership"))} on={choices.everybody} onchange={oneverybody} />
            }
            if found.plans.iter().any(|plan| !plan.known || plan.memberships > 0) { { plans(props) } }
            if !found.people.is_empty() { { people(props) } }
            if !found.left_out.is_empty() { { left_out(found) } }
            if nothing {
                <p class="pl-subtle">{ "There is nothing to take over." }</p>
            } else {
                <Refusal error={props.error.clone()} title="Nothing was taken over" />
                if found.unclear > 0 {
                    <p class="pl-small pl-subtle">{ format!("First choose who {} here.", plural(found.unclear.into(), "person is", "people are")) }</p>
                }
                <div class="pl-row pl-flow">
                    <Button look={Look::Primary} text={adopt_words(found)} disabled={props.busy || found.unclear > 0} onclick={onadopt} />
                </div>
            }
        </>
    }
}

fn label(count: u32, tone: Tone, icon: &'static str, one: &'static str, many: &'static str) -> Html {
    html! { if count > 0 { <StatusLabel {tone} {icon} text={plural(count.into(), one, many)} /> } }
}

fn plans(props: &PreviewProps) -> Html {
    let rows = props.found.plans.iter().filter(|plan| !plan.known || plan.memberships > 0).map(|plan| {
        TableRow::new(
            format!("{}-{}", plan.product, plan.frequency.months()),
            vec![
                html!(<bdi class="pl-wrap">{ &plan.name }</bdi>),
                html!(<><MoneyText amount={plan.price} />{ format!(" {}", per(plan.frequency)) }</>),
                html!(<span class="pl-num">{ grouped(plan.memberships.into()) }</span>),
                plan_choice(props, plan),
            ],
        )
    });
    let columns = vec![
        Column::new("At Stripe", ""),
        Column::new("Price", "pl-w-column"),
        Column::new("Members", "pl-w-bal").end(),
        Column::new("Here", "pl-w-column"),
    ];
    html!(<DataTable label="Memberships at Stripe" {columns} rows={rows.collect::<Vec<_>>()} />)
}

/// Which membership it is here.
fn plan_choice(props: &PreviewProps, plan: &AdoptedPlan) -> Html {
    if plan.known {
        return html!(<span class="pl-subtle">{ "Taken over before" }</span>);
    }
    let choose = |into: Option<PlanId>| {
        let (made, onchoose) =
            (chosen_plan(&props.choices, &plan.product, plan.frequency, into), props.onchoose.clone());
        Callback::from(move |()| onchoose.emit(made.clone()))
    };
    let mut items = vec![MenuItem::choice("A new one", plan.into.is_none(), choose(None))];
    items.extend(
        plan.may_be
            .iter()
            .map(|(id, name)| MenuItem::choice(name.clone(), plan.into == Some(*id), choose(Some(*id)))),
    );
    let words = plan.may_be.iter().find(|(id, _)| plan.into == Some(*id));
    let words = words.map_or_else(|| "A new one".to_owned(), |(_, name)| name.clone());
    html!(<Menu class="pf-m-full-width" full_width=true label={format!("{} is here: {words}", plan.name)} {items} toggle={caret(html!(<bdi class="pl-clip">{ words.clone() }</bdi>))} />)
}

fn people(props: &PreviewProps) -> Html {
    let rows = props.found.people.iter().map(|person| {
        TableRow::new(
            person.customer.clone(),
            vec![
                html!(<><bdi class="pl-wrap">{ &person.name }</bdi><div class="pl-small pl-subtle pl-break">{ &person.email }</div></>),
                memberships(person),
                person_choice(props, person),
            ],
        )
    });
    let columns =
        vec![Column::new("Customer", ""), Column::new("Membership", ""), Column::new("Here", "pl-w-column")];
    let shown = props.found.people.len() as u32;
    let all = props.found.newcomers + props.found.on_file + props.found.unclear;
    html! {
        <>
            <DataTable label="People at Stripe" {columns} rows={rows.collect::<Vec<_>>()} />
            if shown < all { <p class="pl-small pl-subtle">{ format!("{} of {} are shown.", grouped(shown.into()), grouped(all.into())) }</p> }
        </>
    }
}

fn memberships(person: &AdoptedPerson) -> Html {
    html! {
        { for person.memberships.iter().map(|one| html! {
            <div class="pl-wrap">
                <bdi>{ &one.plan }</bdi>{ ", " }<MoneyText amount={one.price} />
                <div class="pl-small pl-subtle">{ if one.past_due { format!("Past due since {}", one.bills_next.long()) } else { format!("Next charge {}", one.bills_next.long()) } }</div>
            </div>
        }) }
    }
}

/// Who they are here.
fn person_choice(props: &PreviewProps, person: &AdoptedPerson) -> Html {
    let choose = |who: Option<CustomerId>| {
        let (made, onchoose) = (chosen_person(&props.choices, &person.customer, who), props.onchoose.clone());
        Callback::from(move |()| onchoose.emit(made.clone()))
    };
    let (may_be, words) = match &person.who {
        AdoptedAs::New => (Vec::new(), "Somebody new".to_owned()),
        AdoptedAs::OnFile { id, name } => (vec![(*id, name.clone())], name.clone()),
        AdoptedAs::Unclear { may_be } => (may_be.clone(), "Choose who".to_owned()),
    };
    let asked = props.choices.people.iter().any(|(customer, _)| *customer == person.customer);
    let unclear = matches!(person.who, AdoptedAs::Unclear { .. });
    if may_be.is_empty() && !asked {
        return html!(<span class="pl-subtle">{ words }</span>);
    }
    let is_new = matches!(person.who, AdoptedAs::New);
    let mut items: Vec<MenuItem> = may_be
        .iter()
        .map(|(id, name)| MenuItem::choice(name.clone(), !unclear && !is_new, choose(Some(*id))))
        .collect();
    items.push(MenuItem::choice("Somebody new", is_new, choose(None)));
    if asked {
        let (made, onchoose) = (unchosen(&props.choices, &person.customer), props.onchoose.clone());
        items.push(MenuItem::choice(
            "Choose again",
            false,
            Callback::from(move |()| onchoose.emit(made.clone())),
        ));
    }
    html!(<Menu class="pf-m-full-width" full_width=true label={format!("{} is here: {words}", person.name)} {items} toggle={caret(html!(<bdi class="pl-clip">{ words.clone() }</bdi>))} />)
}

fn left_out(found: &Adoption) -> Html {
    let rows = found.left_out.iter().map(|left| {
        TableRow::new(
            left.id.clone(),
            vec![
                html!(<><bdi class="pl-wrap">{ &left.name }</bdi><div class="pl-small pl-subtle pl-break">{ &left.id }</div></>),
                html!(<span class="pl-wrap">{ &left.why }</span>),
            ],
        )
    });
    let columns = vec![Column::new("Stays with Stripe alone", "pl-w-column"), Column::new("Why", "")];
    html!(<DataTable label="What stays with Stripe alone" {columns} rows={rows.collect::<Vec<_>>()} />)
}

fn chosen_person(choices: &AdoptionChoices, customer: &str, who: Option<CustomerId>) -> AdoptionChoices {
    let mut made = unchosen(choices, customer);
    made.people.push((customer.to_owned(), who));
    made
}

fn unchosen(choices: &AdoptionChoices, customer: &str) -> AdoptionChoices {
    let mut made = choices.clone();
    made.people.retain(|(known, _)| known != customer);
    made
}

fn chosen_plan(
    choices: &AdoptionChoices,
    product: &str,
    frequency: Frequency,
    into: Option<PlanId>,
) -> AdoptionChoices {
    let mut made = choices.clone();
    made.plans.retain(|(known, every, _)| known != product || *every != frequency);
    made.plans.push((product.to_owned(), frequency, into));
    made
}

fn progress(reading: &AdoptionReading) -> String {
    match reading {
        AdoptionReading::NotBegun | AdoptionReading::Stopped { .. } => String::new(),
        AdoptionReading::Reading { read } => format!("{} read so far", grouped((*read).into())),
        AdoptionReading::Done { at } => format!("Read at {at}"),
    }
}

fn adopt_words(found: &Adoption) -> String {
    match (found.memberships, found.newcomers) {
        (0, people) => format!("Put {} on file", plural(people.into(), "person", "people")),
        (memberships, _) => format!("Take over {}", plural(memberships.into(), "membership", "memberships")),
    }
}

fn done_words(adopted: &Adopted) -> String {
    format!(
        "{} taken over, {} put on file. Their cards follow in a moment.",
        plural(adopted.memberships.into(), "membership was", "memberships were"),
        plural(adopted.newcomers.into(), "person was", "people were")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_choice_counts() {
        let (one, two) = (CustomerId(uuid::Uuid::from_u128(1)), CustomerId(uuid::Uuid::from_u128(2)));
        let made = chosen_person(&AdoptionChoices::default(), "cus_1", Some(one));
        let made = chosen_person(&made, "cus_1", Some(two));
        let made = chosen_person(&made, "cus_2", None);
        assert_eq!(made.people, [("cus_1".to_owned(), Some(two)), ("cus_2".to_owned(), None)]);
        assert_eq!(unchosen(&made, "cus_1").people.len(), 1);
        let made = chosen_plan(&made, "prod_1", Frequency::Monthly, None);
        let made = chosen_plan(&made, "prod_1", Frequency::Annual, None);
        assert_eq!(chosen_plan(&made, "prod_1", Frequency::Monthly, None).plans.len(), 2);
    }

    #[test]
    fn the_button_says_what_it_does() {
        let found = Adoption { memberships: 1, newcomers: 3, ..Adoption::default() };
        assert_eq!(adopt_words(&found), "Take over 1 membership");
        assert_eq!(adopt_words(&Adoption { memberships: 0, ..found }), "Put 3 people on file");
    }
}
