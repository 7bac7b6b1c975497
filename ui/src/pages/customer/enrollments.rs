//! The memberships of a customer, each a card with what can be done to it.

use crate::components::{Button, EmptyState, EnrollmentStatus, Look, RowMenu};
use crate::pages::members::actions::{Move, move_items};
use crate::pages::members::card_billing::{CardNotices, pays_words};
use crate::pages::members::drawer::{NeedsDoing, left_line, next_charge_words};
use crate::pages::members::price_words;
use crate::pages::memberships::art::{Art, TierArt, about};
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use domain::EnrollmentId;
use protocol::customers::CustomerView;
use protocol::enrollments::{EnrollmentView, StatusView};
use protocol::plans::PlanList;
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::components::Link;

#[derive(Properties, PartialEq)]
pub struct EnrollmentsProps {
    pub view: Rc<CustomerView>,
    pub plans: Option<Rc<PlanList>>,
    pub onact: Callback<(EnrollmentId, Move)>,
    pub onenroll: Callback<()>,
}

#[component]
pub fn Enrollments(props: &EnrollmentsProps) -> Html {
    let session = use_session();
    let erased = props.view.customer.erased.is_some();
    let art = |view: &EnrollmentView| {
        props.plans.as_ref().map_or(Art::Leaves, |list| Art::of(&list.plans, view.plan))
    };
    let image = |view: &EnrollmentView| about(&props.plans.as_ref()?.plans, view.plan)?.image.clone();
    html! {
        <>
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ "Memberships" }</h2>
                if !erased { <Button look={Look::Primary} icon="plus" text="Enroll" onclick={props.onenroll.clone()} /> }
            </div>
            if props.view.enrollments.is_empty() && !erased {
                <EmptyState title="No membership yet">{ format!("Enroll this {} to give them a tier's benefits at every visit.", session.customer()) }</EmptyState>
            }
            { for props.view.enrollments.iter().map(|view| html! {
                <EnrollmentCard key={view.id.to_string()} view={Rc::new(view.clone())} art={art(view)} image={image(view)} onact={props.onact.clone()} />
            }) }
            if !props.view.covered_by.is_empty() {
                <h2 class="pl-section-title">{ "Covered by others" }</h2>
                { for props.view.covered_by.iter().map(|view| html! {
                    <article class="pl-panel pl-row" key={view.id.to_string()}>
                        <TierArt art={art(view)} image={image(view)} />
                        <div class="pl-grow">
                            <div class="pl-row pl-flow"><h3 class="pl-section-title"><bdi>{ &view.plan_name }</bdi></h3><EnrollmentStatus status={view.status} /></div>
                            <div class="pl-small pl-subtle">
                                { "Held by " }
                                <Link<Route> to={Route::Customer { id: view.customer, tab: CustomerTab::Memberships }}><bdi>{ &view.customer_name }</bdi></Link<Route>>
                            </div>
                        </div>
                    </article>
                }) }
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct EnrollmentCardProps {
    view: Rc<EnrollmentView>,
    art: Art,
    image: Option<String>,
    onact: Callback<(EnrollmentId, Move)>,
}

#[component]
fn EnrollmentCard(props: &EnrollmentCardProps) -> Html {
    let session = use_session();
    let view = &props.view;
    let id = view.id;
    let act = props.onact.reform(move |what| (id, what));
    let ended = matches!(view.status, StatusView::Cancelled { .. });
    let line = match view.status {
        StatusView::Cancelled { on } => {
            let because = view.ended_because.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            format!(
                "{} to {}{because} · paid {}",
                view.start.long(),
                on.long(),
                session.money(view.paid_total)
            )
        }
        _ => format!(
            "{} · Version {}, since {} · paid {}",
            price_words(view, &session),
            view.version,
            view.start.long(),
            session.money(view.paid_total)
        ),
    };
    let press = |text: String, what: Move| html! { <Button look={Look::Secondary} small=true {text} onclick={act.reform(move |()| what.clone())} /> };
    let items = move_items(view, &act, &session);
    let next = match (next_charge_words(view, &session), view.last_day) {
        (Some(next), _) => next,
        (None, Some(last_day)) => format!("None, ends {}", session.day(last_day)),
        (None, None) => "None".into(),
    };
    html! {
        <article class="pl-panel pl-stack" aria-label={view.plan_name.clone()}>
            <div class="pl-row">
                <TierArt art={props.art} image={props.image.clone()} />
                <div class="pl-grow">
                    <div class="pl-row pl-flow"><h3 class="pl-section-title"><bdi>{ &view.plan_name }</bdi></h3><EnrollmentStatus status={view.status} /></div>
                    <div class="pl-small pl-subtle pl-wrap">{ line }</div>
                </div>
                if let (Some(due), None) = (view.dues.first(), &view.moves.collect) { { press(format!("Collect {}", session.money(due.amount)), Move::Collect) } }
                if view.moves.undo_cancel.is_none() { { press("Keep it".into(), Move::UndoCancel) } }
                if matches!(view.status, StatusView::Paused { .. }) && view.moves.resume.is_none() { { press("Resume".into(), Move::Resume) } }
                if !ended && view.newer_version.is_some() && view.moves.update_terms.is_none() { { press("Update terms".into(), Move::UpdateTerms) } }
                if !items.is_empty() { <RowMenu label={format!("Actions for {}", view.plan_name)} {items} /> }
            </div>
            if !ended {
                if matches!(view.status, StatusView::Ends { .. }) {
                    <CardNotices view={view.clone()} onact={act.clone()} />
                } else {
                    <NeedsDoing view={view.clone()} onact={act.clone()} />
                }
                <dl class="pl-facts pl-small">
                    <div><dt>{ "Next charge" }</dt><dd>{ next }</dd></div>
                    <div><dt>{ "Benefits left" }</dt><dd>{ if view.benefits_on { left_line(view, &session) } else { "Off".to_owned() } }</dd></div>
                    <div><dt>{ "Pays" }</dt><dd>{ pays_words(view) }</dd></div>
                    <div><dt>{ "Saved so far" }</dt><dd class={classes!("pl-num", view.saved_total.is_positive().then_some("pl-saving"))}>{ session.money(view.saved_total) }</dd></div>
                </dl>
            }
        </article>
    }
}
