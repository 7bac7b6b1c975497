//! Who the ticket is for, above it: status, credits, family, and what the desk should know before selling.

use super::state::OpenTicket;
use super::words::duration;
use crate::components::{Avatar, Button, EnrollmentStatus, Icon, KeyHint, Look, Notice, RouteLink, Severity};
use crate::keys::Command;
use crate::pages::memberships::words::plural;
use crate::route::{CustomerTab, Route};
use crate::session::{SignedIn, use_session};
use domain::{Currency, CustomerId};
use protocol::enrollments::StatusView;
use protocol::tickets::{AtCheckout, StripMembership};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StripProps {
    pub ticket: Rc<OpenTicket>,
    pub onattach: Callback<()>,
    pub ondetach: Callback<()>,
    /// Why it could not be read what the attached person holds.
    pub problem: Option<String>,
    pub onretry: Callback<()>,
}

#[component]
pub fn Strip(props: &StripProps) -> Html {
    let session = use_session();
    let Some(id) = props.ticket.draft.customer else { return nobody(&session, &props.onattach) };
    let Some(who) = &props.ticket.attached else {
        return html! {
            <div class="pl-strip">
                if let Some(problem) = &props.problem {
                    <Notice severity={Severity::Danger} title="It could not be read what this person holds"
                        actions={html!(<><Button look={Look::Inline} text="Try again" onclick={props.onretry.clone()} /><Button look={Look::Inline} text="Go on without them" onclick={props.ondetach.clone()} /></>)}>
                        { problem.clone() }
                    </Notice>
                } else {
                    <div class="pl-row pl-strip-who"><span class="pl-avatar" aria-hidden="true"></span><span class="pl-subtle">{ "Reading what they hold…" }</span></div>
                }
            </div>
        };
    };
    let best = who.memberships.first();
    html! {
        <div class="pl-strip">
            <div class="pl-row pl-strip-who">
                <Avatar name={who.name.clone()} id={Some(id.uuid())} />
                <div class="pl-grow pl-strip-words">
                    <div class="pl-row">
                        <RouteLink to={profile(id, CustomerTab::Overview)} class="pl-strong pl-clip pl-strip-name"><span dir="auto">{ who.name.clone() }</span></RouteLink>
                        if let Some(best) = best { <EnrollmentStatus status={best.status} plan={Some(AttrValue::from(best.plan_name.clone()))} /> }
                    </div>
                    <div class="pl-small pl-subtle pl-clip" title={about(who, &session)}>{ about(who, &session) }</div>
                </div>
                <Button look={Look::Plain} icon="times" label={format!("Remove {} from this ticket", who.name)} onclick={props.ondetach.clone()} />
            </div>
            { for who.memberships.iter().filter_map(|held| warning(id, held, &session)) }
        </div>
    }
}

fn nobody(session: &SignedIn, onattach: &Callback<()>) -> Html {
    let onclick = onattach.reform(|_: MouseEvent| ());
    html! {
        <div class="pl-strip">
            <button type="button" class="pl-strip-add" {onclick}>
                <span class="pl-avatar" aria-hidden="true"><Icon name="user-plus" /></span>
                <span class="pl-grow">{ format!("Add a {}", session.customer()) }</span>
                <KeyHint command={Command::Customer} />
            </button>
        </div>
    }
}

fn profile(id: CustomerId, tab: CustomerTab) -> Route {
    Route::Customer { id, tab }
}

/// `Credit $120.00`, or `2 h 30 min and 3 bookings left` where there is none; nothing where nothing is left.
fn left(held: &StripMembership, currency: Currency) -> String {
    if held.credit.is_positive() {
        return format!("Credit {}", currency.format(held.credit));
    }
    let minutes = (held.minutes > 0).then(|| duration(held.minutes));
    let bookings = (held.bookings > 0).then(|| plural(held.bookings, "booking", "bookings"));
    let all: Vec<String> = minutes.into_iter().chain(bookings).collect();
    if all.is_empty() { String::new() } else { format!("{} left", all.join(" and ")) }
}

/// `Credit $120.00, next refresh 15 Mar · 2 family members · also Sauna Club`.
fn about(who: &AtCheckout, session: &SignedIn) -> String {
    let Some(best) = who.memberships.first() else {
        return if who.email.is_empty() {
            "No membership".to_owned()
        } else {
            format!("No membership · {}", who.email)
        };
    };
    let mut parts = Vec::new();
    let left = left(best, session.currency());
    match (left.is_empty(), best.next_refresh) {
        (false, Some(day)) => parts.push(format!("{left}, next refresh {}", session.day(day))),
        (false, None) => parts.push(left),
        (true, Some(day)) => parts.push(format!("Next refresh {}", session.day(day))),
        (true, None) => {}
    }
    match best.family {
        0 => {}
        1 => parts.push("1 family member".to_owned()),
        count => parts.push(format!("{count} family members")),
    }
    if let Some(holder) = &best.covered_by {
        parts.push(format!("covered by {holder}"));
    }
    let others: Vec<&str> = who.memberships.iter().skip(1).map(|held| held.plan_name.as_str()).collect();
    if !others.is_empty() {
        parts.push(format!("also {}", others.join(", ")));
    }
    if parts.is_empty() { who.email.clone() } else { parts.join(" · ") }
}

/// What must be known before selling: something is overdue, or the benefits are off.
fn warning(id: CustomerId, held: &StripMembership, session: &SignedIn) -> Option<Html> {
    let plan = &held.plan_name;
    let (severity, title) = match held.status {
        StatusView::PastDueGrace { until, .. } => (
            Severity::Warning,
            format!("{plan} is past due. Benefits stay on through {}", session.day(until)),
        ),
        StatusView::PastDueSuspended { since } => {
            (Severity::Danger, format!("{plan} is past due since {}. Benefits are off", session.day(since)))
        }
        StatusView::Waiting { .. } if held.on_trust => (
            Severity::Info,
            format!(
                "The first charge of {plan} is on its way. Benefits hold on trust until the bank answers"
            ),
        ),
        StatusView::Waiting { .. } => {
            (Severity::Info, format!("The first charge of {plan} is not paid yet. Benefits start once it is"))
        }
        StatusView::Scheduled { .. }
        | StatusView::Active
        | StatusView::Paused { .. }
        | StatusView::Ends { .. }
        | StatusView::Cancelled { .. } => return None,
    };
    let collect = if held.owed.is_positive() && !held.on_trust {
        format!("Collect {}", session.money(held.owed))
    } else {
        "Open billing".to_owned()
    };
    Some(html! {
        <Notice {severity} {title} actions={html!(<RouteLink to={profile(id, CustomerTab::Billing)} class="pf-v6-c-button pf-m-link pf-m-inline">{ collect }</RouteLink>)} />
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::sample;
    use domain::Money;

    #[test]
    fn hours_and_bookings_are_told_where_no_money_is_left() {
        let held = |credit, minutes, bookings| StripMembership {
            credit: Money::from_minor(credit),
            minutes,
            bookings,
            ..sample::membership(1, "Gold")
        };
        let said = |credit, minutes, bookings| left(&held(credit, minutes, bookings), Currency::USD);
        assert_eq!(said(12_000, 90, 2), "Credit $120.00");
        assert_eq!(said(0, 90, 2), "1 h 30 min and 2 bookings left");
        assert_eq!(said(0, 0, 1), "1 booking left");
        assert_eq!(said(0, 0, 0), "");
    }
}
