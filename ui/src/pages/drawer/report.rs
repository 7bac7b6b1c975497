//! The report of a closed drawer, on the screen and on paper.

use super::{cash_rows, totals_rows};
use crate::components::{
    Button, Look, MoneyText, PageHead, Paper, Refusal, Skeleton, StatusLabel, Tone, print_paper,
};
use crate::query::use_query;
use crate::route::Route;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::DrawerId;
use protocol::drawers::{DrawerReport, GetDrawerReport};
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

#[derive(Properties, PartialEq)]
pub struct DrawerReportProps {
    pub id: DrawerId,
}

#[component]
pub fn DrawerReportPage(props: &DrawerReportProps) -> Html {
    let toast = use_toast();
    let router = use_router::<Route>();
    let report = use_query(GetDrawerReport { id: props.id });
    let back = Callback::from(move |()| {
        if let Some(router) = &router {
            router.push(Route::Drawer);
        }
    });
    let onprint = Callback::from(move |()| print_paper(toast.clone()));
    let beside = report.data.as_ref().map(difference).unwrap_or_default();
    let actions = html! {
        if report.data.is_some() { <Button look={Look::Primary} icon="print" text="Print" onclick={onprint} /> }
    };
    html! {
        <>
            <PageHead title="Closing report" {beside} {actions} onback={Some(back)} />
            <div class="pl-scroll pl-drawerpage" tabindex="0" role="group" aria-label="Closing report">
                <Refusal error={report.error.clone()} title="The report could not be read" onretry={Some(report.reload.clone())} />
                if report.slow { <Skeleton /><Skeleton /> }
                if let Some(report) = &report.data {
                    <div class="pl-receipt-frame pl-drawer-report"><Report report={report.clone()} /></div>
                    <Paper><Report report={report.clone()} /></Paper>
                }
            </div>
        </>
    }
}

fn difference(report: &Rc<DrawerReport>) -> Html {
    let difference = report.difference();
    if difference.is_zero() {
        html!(<StatusLabel tone={Tone::Green} icon="check-circle" text="No difference" />)
    } else {
        let words = if difference.is_positive() { "Too much was counted" } else { "Cash is missing" };
        html!(<StatusLabel tone={Tone::Orange} icon="exclamation-triangle" text={words} />)
    }
}

#[derive(Properties, PartialEq)]
struct ReportProps {
    report: Rc<DrawerReport>,
}

/// The report as it is printed.
#[component]
fn Report(props: &ReportProps) -> Html {
    let session = use_session();
    let report = &props.report;
    let when = |words: &str, on, at: &str| format!("{words} {} {at}", session.day(on));
    html! {
        <article class="pl-receipt" aria-label="Closing report">
            <header>
                <strong dir="auto">{ &session.practice.name }</strong>
                <span dir="auto">{ &report.location }</span>
                <span>{ "Closing report, " }<bdi>{ &report.desk }</bdi></span>
            </header>
            <section>
                <div class="pl-receipt-row"><span>{ when("Opened", report.opened_on, &report.opened_at) }</span><bdi>{ &report.opened_by }</bdi></div>
                <div class="pl-receipt-row"><span>{ when("Closed", report.closed_on, &report.closed_at) }</span><bdi>{ &report.closed_by }</bdi></div>
                if let Some(expected) = report.opened_expected.filter(|expected| *expected != report.opened_with) {
                    <small>{ format!("{} were expected at the opening.", session.money(expected)) }</small>
                    <small dir="auto">{ &report.opened_note }</small>
                }
            </section>
            <section>
                <strong>{ "Cash" }</strong>
                { cash_rows(&report.takings, report.opened_with) }
                <div class="pl-receipt-row pl-receipt-total"><span>{ "Expected" }</span><MoneyText amount={report.expected} /></div>
                <div class="pl-receipt-row pl-receipt-total"><span>{ "Counted" }</span><MoneyText amount={report.counted} /></div>
                <div class="pl-receipt-row"><span>{ "Difference" }</span><MoneyText amount={report.difference()} /></div>
                if !report.note.is_empty() { <small dir="auto">{ &report.note }</small> }
                <div class="pl-receipt-row"><span>{ "Stays in the drawer" }</span><MoneyText amount={report.left} /></div>
                <div class="pl-receipt-row"><span>{ "Taken out" }</span><MoneyText amount={report.banked()} /></div>
            </section>
            <section>
                <strong>{ "Everything taken at this desk" }</strong>
                { totals_rows(&report.takings) }
            </section>
            if !report.moved.is_empty() {
                <section>
                    <strong>{ "Paid in and out" }</strong>
                    { for report.moved.iter().map(|moved| html! {
                        <div class="pl-receipt-line">
                            <div class="pl-receipt-row"><span dir="auto">{ &moved.reason }</span><MoneyText amount={moved.amount} /></div>
                            <small>{ &moved.at }{ " " }<bdi>{ &moved.by }</bdi></small>
                        </div>
                    }) }
                </section>
            }
            <footer>
                <p class="pl-receipt-sign">{ "Counted by" }</p>
            </footer>
        </article>
    }
}
