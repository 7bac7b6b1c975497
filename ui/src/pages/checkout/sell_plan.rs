//! Puts a membership on the ticket: which one, what it charges and promises, and how the customer agreed.

use crate::components::{Dialog, Notice, Select, Severity};
use crate::ids;
use crate::pages::members::consent::ConsentChoice;
use crate::pages::members::enroll::{WhatHappens, what_is_agreed};
use crate::pages::memberships::words::every;
use crate::query::use_query_once_known;
use crate::session::use_session;
use domain::checkout::PlanSale;
use domain::{CustomerId, PlanId};
use protocol::enrollments::{Consent, PaysBy, PreviewEnroll};
use protocol::tickets::{Catalog, DraftLine, SellsPlan};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SellPlanProps {
    pub catalog: Rc<Catalog>,
    pub customer: CustomerId,
    pub name: AttrValue,
    /// The one that was asked for, as by "Members save".
    #[prop_or_default]
    pub plan: Option<PlanId>,
    /// Plans that stand on the ticket already.
    pub on_ticket: Vec<PlanId>,
    pub onsell: Callback<DraftLine>,
    pub onclose: Callback<()>,
}

#[component]
pub fn SellPlan(props: &SellPlanProps) -> Html {
    let session = use_session();
    let chosen = use_state(|| props.plan.filter(|plan| !props.on_ticket.contains(plan)));
    let preview = use_query_once_known(chosen.map(|plan| PreviewEnroll {
        customer: props.customer,
        plan,
        start: session.today,
        pays: PaysBy::Counter,
        seats: None,
        people: Vec::new(),
    }));
    let known = preview.data.clone().filter(|_| preview.error.is_none());
    let consent = use_state(|| None::<Consent>);
    let on_sale: Vec<_> =
        props.catalog.plans.iter().filter(|sold| !props.on_ticket.contains(&sold.plan.id)).collect();
    let options: Vec<(PlanId, AttrValue)> = on_sale
        .iter()
        .map(|sold| {
            let terms = &sold.plan.current().terms;
            let words = format!(
                "{}, {} {}",
                sold.plan.about.name,
                session.money(terms.price),
                every(terms.frequency)
            );
            (sold.plan.id, words.into())
        })
        .collect();
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |plan| chosen.set(Some(plan)))
    };
    let agree = {
        let consent = consent.clone();
        Callback::from(move |how| consent.set(how))
    };
    let sell = {
        let (chosen, known, consent) = (*chosen, known.clone(), *consent);
        let (onsell, close) = (props.onsell.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (Some(plan), Some(known), Some(consent)) = (chosen, &known, consent) else { return };
            let sale = PlanSale { plan, version: known.version, enrollment: ids::fresh().into() };
            onsell.emit(DraftLine::of_plan(ids::fresh().into(), SellsPlan { sale, consent }));
            close.emit(());
        })
    };
    let primary = known.as_ref().map_or_else(
        || "Add to the ticket".to_owned(),
        |known| format!("Add to the ticket, {}", session.money(known.first.amount)),
    );
    html! {
        <Dialog title={format!("Sell a membership to {}", props.name)} description="It starts today. Its first charge is paid with the ticket, and its benefits apply to this very ticket."
            {primary} onprimary={sell} disabled={!preview.fresh || consent.is_none()} onclose={props.onclose.clone()} secondary="Back to ticket">
            <div class="pl-dialog-body">
                if on_sale.is_empty() {
                    <Notice severity={Severity::Info} title="No other membership is on sale here">{ "A manager adds them under Inventory." }</Notice>
                } else {
                    <Select<PlanId> label="Tier" {options} selected={*chosen} onselect={choose} placeholder="Choose a tier" />
                }
                <WhatHappens {preview} />
                if let Some(known) = &known { <ConsentChoice key={what_is_agreed(props.customer, known)} customer={props.customer} onchoose={agree} /> }
            </div>
        </Dialog>
    }
}
