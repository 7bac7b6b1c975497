//! The benefits panel in the ticket: Applied with a switch, Available with Add, Not applied with the reason.

use super::benefits::{AppliedRow, AvailableRow, Benefits, NotAppliedRow, Part, rows};
use super::pricing::Priced;
use super::state::Action;
use super::use_less::UseLess;
use super::words;
use crate::components::{Button, KeyHint, Look, MoneyText, SwitchField, focus_nth};
use crate::keys::{Command, use_command};
use crate::session::use_session;
use domain::checkout::BenefitKey;
use domain::{Currency, ItemId, Money, PlanId};
use protocol::tickets::Catalog;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BenefitsPanelProps {
    pub priced: Priced,
    pub catalog: Rc<Catalog>,
    /// A person is on the ticket.
    pub attached: bool,
    pub act: Callback<Action>,
    pub onadd: Callback<(String, Vec<ItemId>)>,
    pub onwhy: Callback<BenefitKey>,
    /// The membership that would have saved most.
    pub onsell: Callback<PlanId>,
}

#[component]
pub fn BenefitsPanel(props: &BenefitsPanelProps) -> Html {
    let session = use_session();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_command(
            Command::Benefits,
            Callback::from(move |()| focus_nth(&node, "input, .pl-benefit button, header button", 0)),
        );
    }
    let groups = rows(&props.priced, &props.catalog, session.currency());
    let offer = no_membership(props, &node, groups == Benefits::default(), |amount| session.money(amount));
    if groups == Benefits::default() {
        return offer;
    }
    let saved = props.priced.quote.totals.savings;
    let currency = session.currency();
    html! {
        <>
        { offer }
        <section ref={node} class="pl-benefits" aria-labelledby="benefits-title">
            <header>
                <h3 class="pl-section-title" id="benefits-title">{ "Benefits" }</h3>
                <span class="pl-row">
                    if saved.is_positive() {
                        <span class="pl-saving pl-strong pl-money" aria-live="polite">{ format!("Saves {}", session.money(saved)) }</span>
                    }
                    <KeyHint command={Command::Benefits} />
                </span>
            </header>
            { group("Applied", groups.applied.iter().map(|row| html! {
                <Applied key={place(row.key)} row={row.clone()} {currency} act={props.act.clone()} onwhy={props.onwhy.clone()} />
            })) }
            { group("Available", groups.available.iter().map(|row| html! {
                <Available key={place(row.key)} row={row.clone()} {currency} act={props.act.clone()} onadd={props.onadd.clone()} onwhy={props.onwhy.clone()} />
            })) }
            { group("Not applied", groups.not_applied.iter().map(|row| {
                let why = row.why.sentence(session.today, session.currency());
                not_applied(row, why, &props.onwhy)
            })) }
        </section>
        </>
    }
}

/// One row's place among the others: two memberships of one plan have the same benefits.
fn place(key: BenefitKey) -> String {
    format!("{} {}", key.enrollment, key.benefit)
}

fn group(title: &str, rows: impl ExactSizeIterator<Item = Html>) -> Html {
    if rows.len() == 0 {
        return html!();
    }
    html! {
        <div class="pl-bgroup" role="group" aria-label={title.to_owned()}>
            <h4 class="pl-eyebrow">{ title.to_owned() }</h4>
            { for rows }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct AppliedProps {
    row: AppliedRow,
    currency: Currency,
    act: Callback<Action>,
    onwhy: Callback<BenefitKey>,
}

#[component]
fn Applied(props: &AppliedProps) -> Html {
    let AppliedProps { row, currency, act, onwhy } = props;
    let less = use_less(row.name.clone(), row.key, row.part, *currency, act);
    let onchange = {
        let (act, key) = (act.clone(), row.key);
        Callback::from(move |on: bool| act.emit(if on { Action::Accept(key) } else { Action::Decline(key) }))
    };
    let amount = -row.value;
    html! {
        <>
            <div class={classes!("pl-benefit", (!row.on).then_some("pl-benefit--off"))}>
                <span class="pl-clip" title={format!("{} {}", row.name, row.about)}>{ &row.name }<span class="pl-small pl-subtle">{ format!("\u{2002}{}", row.about) }</span></span>
                if row.on {
                    <MoneyText {amount} saving={row.saves} />
                } else {
                    <s class="pl-subtle"><MoneyText {amount} /></s>
                }
                <span class="pl-row">
                    { less.button }
                    { ask_why(format!("Why is this what {} does?", row.name), row.key, onwhy) }
                </span>
                <SwitchField label={row.name.clone()} on={row.on} {onchange} quiet=true />
            </div>
            { less.field }
        </>
    }
}

struct Less {
    button: Html,
    /// Under the row, while it is open.
    field: Html,
}

/// What opens the field for using only part of a benefit; nothing where it has no parts.
#[hook]
fn use_less(
    name: String,
    key: BenefitKey,
    part: Option<Part>,
    currency: Currency,
    act: &Callback<Action>,
) -> Less {
    let open = use_state(|| false);
    let node = use_node_ref();
    let Some(part) = part else { return Less { button: html!(), field: html!() } };
    let text =
        part.most.map_or_else(|| "Use less".to_owned(), |most| words::at_most(part.kind, most, currency));
    let label = match part.most {
        None => format!("Use less of {name}"),
        Some(_) => format!("{text} of {name} is used; change it"),
    };
    let onclick = {
        let open = open.clone();
        Callback::from(move |()| open.set(!*open))
    };
    let onclose = {
        let (open, node) = (open.clone(), node.clone());
        Callback::from(move |()| {
            open.set(false);
            focus_nth(&node, "button", 0);
        })
    };
    let button = html!(<span ref={node}><Button look={Look::Inline} class="pl-small" {text} {label} {onclick} /></span>);
    let field = html! {
        if *open {
            <UseLess {name} key_of={key} {part} {currency} act={act.clone()} {onclose} />
        }
    };
    Less { button, field }
}

#[derive(Properties, PartialEq)]
struct AvailableProps {
    row: AvailableRow,
    currency: Currency,
    act: Callback<Action>,
    onadd: Callback<(String, Vec<ItemId>)>,
    onwhy: Callback<BenefitKey>,
}

#[component]
fn Available(props: &AvailableProps) -> Html {
    let AvailableProps { row, currency, act, onadd, onwhy } = props;
    let less = use_less(row.name.clone(), row.key, row.part, *currency, act);
    let (name, items) = (row.name.clone(), row.items.clone());
    let onadd = onadd.reform(move |()| (name.clone(), items.clone()));
    html! {
        <>
            <div class="pl-benefit pl-benefit--plain">
                <span class="pl-clip" title={format!("{} {}", row.name, row.about)}>{ &row.name }<span class="pl-small pl-subtle">{ format!("\u{2002}{}", row.about) }</span></span>
                <span class="pl-row">
                    { less.button }
                    if !row.items.is_empty() {
                        <Button look={Look::Inline} class="pl-small" text="Add" label={format!("Add something for {}", row.name)} onclick={onadd} />
                    }
                    { ask_why(format!("Why is {} not used?", row.name), row.key, onwhy) }
                </span>
            </div>
            { less.field }
        </>
    }
}

fn not_applied(row: &NotAppliedRow, why: String, onwhy: &Callback<BenefitKey>) -> Html {
    html! {
        <div class="pl-benefit pl-benefit--plain" key={place(row.key)}>
            <span class="pl-clip" title={format!("{}: {why}", row.name)}>{ &row.name }<span class="pl-small pl-subtle">{ format!("\u{2002}{}", lower_first(&why)) }</span></span>
            { ask_why(format!("Why does {} not apply?", row.name), row.key, onwhy) }
        </div>
    }
}

fn ask_why(label: String, key: BenefitKey, onwhy: &Callback<BenefitKey>) -> Html {
    html!(<Button look={Look::Inline} class="pl-small" text="Why?" {label} onclick={onwhy.reform(move |()| key)} />)
}

fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Nobody's membership is on the ticket: what one would have saved. Beside it may stand what an ended one leaves.
fn no_membership(
    props: &BenefitsPanelProps,
    node: &NodeRef,
    alone: bool,
    money: impl Fn(Money) -> String,
) -> Html {
    let Some(best) = props.priced.members_save.first() else { return html!() };
    let plan = best.plan;
    let words = if best.unblocks && !best.saving.is_positive() {
        format!("Members of {} can buy this", best.plan_name)
    } else {
        format!("Members save {} with {}", money(best.saving), best.plan_name)
    };
    let others: Vec<String> = props
        .priced
        .members_save
        .iter()
        .skip(1)
        .take(2)
        .map(|it| format!("{} {}", it.plan_name, money(it.saving)))
        .collect();
    html! {
        <section ref={if alone { node.clone() } else { NodeRef::default() }} class="pl-benefits" aria-label={if alone { "Benefits" } else { "What members save" }}>
            <header>
                <span>
                    <span class="pl-strong pl-saving">{ words }</span>
                    if !others.is_empty() { <span class="pl-small pl-subtle pl-benefits-others">{ others.join(", ") }</span> }
                </span>
                <span class="pl-row">
                    <Button small=true look={Look::Secondary} text="Enroll" label={format!("Enroll: sell {} on this ticket", best.plan_name)} onclick={props.onsell.reform(move |()| plan)} />
                    if alone { <KeyHint command={Command::Benefits} /> }
                </span>
            </header>
        </section>
    }
}
