//! The people of an organization: who sits where, what is left to each, who rests.

use crate::components::{Button, EmptyState, EnrollmentStatus, Look};
use crate::pages::members::actions::Move;
use crate::pages::members::drawer::{Balance, FamilyList, add_words};
use crate::pages::members::price_words;
use crate::session::use_session;
use domain::EnrollmentId;
use protocol::customers::CustomerView;
use protocol::enrollments::{EnrollmentView, StatusView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PeopleProps {
    pub view: Rc<CustomerView>,
    pub onact: Callback<(EnrollmentId, Move)>,
    pub onenroll: Callback<()>,
}

#[component]
pub fn People(props: &PeopleProps) -> Html {
    let session = use_session();
    let running: Vec<&EnrollmentView> = (props.view.enrollments.iter())
        .filter(|one| !matches!(one.status, StatusView::Cancelled { .. }))
        .collect();
    let one_of_them = |one: &EnrollmentView| {
        let id = one.id;
        let act = props.onact.reform(move |what| (id, what));
        let pooled: Vec<_> = one.balances.iter().filter(|balance| balance.person.is_none()).collect();
        let own: Vec<_> = one.balances.iter().filter(|balance| balance.person.is_some()).collect();
        let balances = |title: &'static str, of: &[&protocol::enrollments::BalanceView]| {
            html! {
                if !of.is_empty() {
                    <details class="pl-stack" open={of.len() <= 6}>
                        <summary class="pl-strong">{ title }</summary>
                        { for of.iter().map(|balance| html! { <Balance balance={(*balance).clone()} onact={act.clone()} /> }) }
                    </details>
                }
            }
        };
        html! {
            <section class="pl-panel pl-stack" key={id.to_string()} aria-label={one.plan_name.clone()}>
                <div class="pl-row pl-flow">
                    <h3 class="pl-section-title"><bdi>{ &one.plan_name }</bdi></h3>
                    <EnrollmentStatus status={one.status} />
                    <span class="pl-small pl-subtle pl-grow">{ price_words(one, &session) }</span>
                    <Button look={Look::Link} small=true text="Change seats" label={format!("Change seats of {}", one.plan_name)}
                        disabled={one.moves.limit_seats.is_some()} onclick={act.reform(|()| Move::LimitSeats)} />
                </div>
                <FamilyList view={Rc::new(one.clone())} onact={act.clone()} />
                <div>
                    <Button look={Look::Secondary} small=true icon="user-plus" text={add_words(one)} disabled={one.moves.add_dependent.is_some()} onclick={act.reform(|()| Move::AddDependent)} />
                    if let Some(why) = &one.moves.add_dependent { <span class="pl-small pl-subtle">{ format!(" {why}") }</span> }
                </div>
                { balances("What all share", &pooled) }
                { balances("What each has", &own) }
            </section>
        }
    };
    html! {
        <>
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ "People" }</h2>
                if props.view.customer.erased.is_none() && !running.is_empty() {
                    <Button look={Look::Secondary} icon="plus" text="Enroll" onclick={props.onenroll.clone()} />
                }
            </div>
            if running.is_empty() {
                <EmptyState title="Nobody has a seat yet" icon="users"
                    actions={html! { <Button look={Look::Primary} text="Enroll" onclick={props.onenroll.clone()} /> }}>
                    { "Enroll the organization in a tier: its people sit in it, and it pays." }
                </EmptyState>
            }
            { for running.into_iter().map(one_of_them) }
        </>
    }
}
