//! What stands beside the tier form: the card a member will read, and a sample ticket at today's prices.

use crate::pages::memberships::art::{Art, TierArt};
use crate::pages::memberships::sample::sample_input;
use crate::pages::memberships::words::{Names, per};
use domain::checkout::{Quote, quote};
use domain::plan::Terms;
use domain::{Currency, ItemId, Money};
use protocol::tickets::Catalog;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct LiveProps {
    pub name: String,
    pub description: String,
    pub art: Art,
    pub image: Option<String>,
    pub alt: String,
    /// What can be read of the form so far.
    pub terms: Terms,
    pub names: Rc<Names>,
    pub catalog: Option<Rc<Catalog>>,
    pub items: Vec<ItemId>,
    pub onchange_items: Callback<MouseEvent>,
}

#[component]
pub fn Live(props: &LiveProps) -> Html {
    let names = &props.names;
    let terms = &props.terms;
    let lines = names.member_lines(terms);
    html! {
        <aside aria-label="Live result">
            <h2 class="pl-eyebrow">{ "What the member reads" }</h2>
            <article class="pl-tiercard" aria-label="What the member reads">
                <TierArt art={props.art} image={props.image.clone()} alt={props.alt.clone()} />
                <div class="pl-tiercard-body">
                    <div class="pl-row pl-row--between pl-baseline">
                        <h3 class="pl-section-title pl-cardname"><bdi>{ if props.name.trim().is_empty() { "New tier" } else { props.name.trim() } }</bdi></h3>
                        <span class="pl-money">
                            <span class="pl-strong">{ names.money(terms.price) }</span>
                            <span class="pl-subtle pl-small">{ format!(" {}", per(terms.frequency)) }</span>
                        </span>
                    </div>
                    if !props.description.trim().is_empty() { <p class="pl-small pl-subtle pl-lines-kept">{ props.description.trim() }</p> }
                    if lines.is_empty() {
                        <p class="pl-small pl-subtle">{ "No benefits yet." }</p>
                    } else {
                        <ul class="pl-ticks pl-small">
                            { for lines.into_iter().map(|line| html! {
                                <li>
                                    <i class="fas fa-check" aria-hidden="true"></i>
                                    <span><b class="pl-strong">{ line.strong }</b>{ format!(" {}", line.rest) }</span>
                                </li>
                            }) }
                        </ul>
                    }
                    { first_charge(names, terms) }
                </div>
            </article>
            if let Some(catalog) = &props.catalog {
                <SampleTicket catalog={catalog.clone()} terms={terms.clone()} currency={names.currency} items={props.items.clone()}
                    onchange_items={props.onchange_items.clone()} />
            }
        </aside>
    }
}

/// What is paid first, where a setup fee makes it another sum than the price, or tax comes on top.
fn first_charge(names: &Names, terms: &Terms) -> Html {
    let first = terms.taxed(terms.first_price());
    if terms.setup_fee.is_zero() && first.total == terms.price {
        return html! {};
    }
    let tax =
        if first.tax.is_zero() { String::new() } else { format!(", {} of it tax", names.money(first.tax)) };
    html! { <p class="pl-small pl-subtle">{ format!("First charge {}{tax}", names.money(first.total)) }</p> }
}

#[derive(Properties, PartialEq)]
struct SampleTicketProps {
    catalog: Rc<Catalog>,
    terms: Terms,
    currency: Currency,
    items: Vec<ItemId>,
    onchange_items: Callback<MouseEvent>,
}

#[component]
fn SampleTicket(props: &SampleTicketProps) -> Html {
    let priced = sample_input(&props.catalog, &props.terms, &props.items)
        .filter(|input| !input.lines.is_empty())
        .and_then(|input| quote(&input).ok().map(|quote| (input, quote)));
    let body = match priced {
        None => {
            html! { <p class="pl-small pl-subtle">{ "Choose items to see them priced with this tier." }</p> }
        }
        Some((_, quote)) if !quote.blocked.is_empty() => {
            html! { <p class="pl-small pl-subtle">{ "One of the items is rented for longer than it may be." }</p> }
        }
        Some((input, quote)) => {
            let names: Vec<String> = input.lines.iter().map(|line| line.name.clone()).collect();
            priced_lines(&names, &quote, props.currency)
        }
    };
    html! {
        <section class="pl-tiercard pl-sample" aria-label="Sample ticket">
            <div class="pl-row pl-row--between">
                <h3 class="pl-section-title">{ "Sample ticket" }</h3>
                <button class="pf-v6-c-button pf-m-link pf-m-inline pl-small" type="button" onclick={props.onchange_items.clone()}>
                    <span class="pf-v6-c-button__text">{ "Change items" }</span>
                </button>
            </div>
            { body }
        </section>
    }
}

fn priced_lines(names: &[String], quote: &Quote, currency: Currency) -> Html {
    let money = |amount: Money| currency.format(amount);
    let lines = quote.lines.iter().zip(names).map(|(line, name)| {
        html! {
            <li>
                <span><bdi>{ name.clone() }</bdi></span>
                <span class="pl-money">
                    if line.net != line.list { <s class="pl-subtle">{ money(line.list) }</s>{ "\u{2002}" } }
                    { money(line.net) }
                </span>
            </li>
        }
    });
    let totals = quote.totals;
    html! {
        <>
            <ul class="pl-lines pl-small">{ for lines }</ul>
            <ul class="pl-lines pl-small pl-sums">
                <li><span class="pl-subtle">{ "List" }</span><span class="pl-money">{ money(totals.list) }</span></li>
                <li><span class="pl-subtle">{ "Savings" }</span>
                    <span class={classes!("pl-money", totals.savings.is_positive().then_some("pl-saving"))}>{ money(-totals.savings) }</span></li>
                <li><span class="pl-subtle">{ "Tax" }</span><span class="pl-money">{ money(totals.tax) }</span></li>
                if totals.credits.is_positive() {
                    <li><span class="pl-subtle">{ "Credits, first refresh" }</span><span class="pl-money">{ money(-totals.credits) }</span></li>
                }
                <li class="pl-strong"><span>{ "Due" }</span><span class="pl-money">{ money(totals.due) }</span></li>
            </ul>
        </>
    }
}
