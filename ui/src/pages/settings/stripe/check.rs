//! Everything compared with Stripe once, on request.

use crate::components::{Button, Notice, Refusal, RouteLink, Severity, grouped};
use crate::pages::memberships::words::plural;
use crate::query::{use_look_again, use_query};
use crate::route::{CustomerTab, Route};
use crate::saving::use_saving;
use protocol::stripe::{GetReconciliation, ReconcileStripe, Reconciliation};
use yew::prelude::*;

const LOOK_MS: u32 = 1_000;

#[derive(Properties, PartialEq)]
pub struct CheckProps {
    /// Stripe cannot be asked now.
    pub rests: bool,
}

#[component]
pub fn Check(props: &CheckProps) -> Html {
    let told = use_query(GetReconciliation {});
    let running = told.data.as_ref().is_some_and(|told| told.running);
    use_look_again(&told.reload, running.then_some(LOOK_MS));
    let saving = use_saving::<ReconcileStripe>(Callback::noop());
    let onclick = saving.send.reform(|()| ReconcileStripe {});
    html! {
        <section class="pl-stack pl-settings-form">
            <h3 class="pl-section-title">{ "Check everything against Stripe" }</h3>
            <p class="pl-subtle">{ "Reads all customers, memberships and charges there and takes in what this computer did not hear of. It runs beside your work and charges nobody." }</p>
            <Refusal error={saving.error.clone().or_else(|| told.error.clone())} title="Not checked" />
            <div class="pl-row pl-flow">
                <Button text={if running { "Checking…" } else { "Check everything" }} disabled={running || saving.busy || props.rests} {onclick} />
                <span class="pl-small pl-subtle" role="status">{ told.data.as_ref().map(|told| progress(told)).unwrap_or_default() }</span>
            </div>
            if let Some(told) = told.data.as_ref().filter(|told| !told.running && told.ended.is_some()) { { report(told) } }
        </section>
    }
}

/// How far it is, or when it was last done.
fn progress(told: &Reconciliation) -> String {
    match (&told.ended, told.running) {
        (_, true) => format!("{} read so far", grouped(told.read.into())),
        (Some(ended), false) => format!("Last checked {ended}, {} read", grouped(told.read.into())),
        (None, false) => "Never checked".to_owned(),
    }
}

fn report(told: &Reconciliation) -> Html {
    if told.differences.is_empty() {
        return html!(<Notice severity={Severity::Success} title="Everything agrees with Stripe" />);
    }
    let title = plural(told.differences.len() as i64, "difference was taken in", "differences were taken in");
    html! {
        <Notice severity={Severity::Info} {title}>
            <ul class="pl-list">
                { for told.differences.iter().map(|one| html! {
                    <li class="pl-wrap">
                        { &one.words }
                        if let Some(id) = one.customer { { " " }<RouteLink to={Route::Customer { id, tab: CustomerTab::Billing }} label={format!("Open billing: {}", one.words)}>{ "Open billing" }</RouteLink> }
                    </li>
                }) }
            </ul>
        </Notice>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_says_how_far_and_when() {
        let mut told = Reconciliation::default();
        assert_eq!(progress(&told), "Never checked");
        told = Reconciliation { running: true, read: 1_234, ..told };
        assert_eq!(progress(&told), "1,234 read so far");
        told = Reconciliation { running: false, ended: Some("14:05".into()), ..told };
        assert_eq!(progress(&told), "Last checked 14:05, 1,234 read");
    }
}
