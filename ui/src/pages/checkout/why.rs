//! Why a line costs what it costs, or a benefit did not apply: a small panel over the ticket.

use super::pricing::Priced;
use super::words;
use crate::components::{Button, Look};
use crate::keys::{Command, use_command};
use crate::session::{SignedIn, use_session};
use domain::LineId;
use domain::checkout::{BenefitKey, Outcome};
use protocol::tickets::Catalog;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Line(LineId),
    Benefit(BenefitKey),
}

#[derive(Properties, PartialEq)]
pub struct WhyProps {
    pub asked: Asked,
    pub priced: Priced,
    pub catalog: Rc<Catalog>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Why(props: &WhyProps) -> Html {
    let session = use_session();
    use_command(Command::Leave, props.onclose.clone());
    use_command(Command::Why, props.onclose.clone());
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.asked, move |_| {
            let before = web_sys::window().and_then(|window| window.document()?.active_element());
            if let Some(panel) = node.cast::<web_sys::HtmlElement>() {
                let _ = panel.focus();
            }
            move || {
                use wasm_bindgen::JsCast;
                if let Some(before) =
                    before.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    let _ = before.focus();
                }
            }
        });
    }
    let (title, reasons) = match props.asked {
        Asked::Line(line) => about_line(props, line, &session),
        Asked::Benefit(key) => about_benefit(props, key, &session),
    };
    html! {
        <div ref={node} class="pl-why" role="dialog" aria-label={title.clone()} tabindex="-1">
            <header class="pl-row pl-row--between">
                <h3 class="pl-section-title" dir="auto">{ title }</h3>
                <Button look={Look::Plain} small=true icon="times" label="Close" onclick={props.onclose.clone()} />
            </header>
            if reasons.is_empty() {
                <p class="pl-subtle">{ "Its own price: no benefit speaks of it." }</p>
            }
            <ul class="pl-lines">
                { for reasons.into_iter().map(|reason| html! {
                    <li>
                        <span><span class="pl-strong">{ reason.what }</span>{ format!("\u{2002}{}.", reason.why) }
                            if let Some(remedy) = reason.remedy { <br /><span class="pl-small pl-subtle">{ remedy }</span> }
                        </span>
                    </li>
                }) }
            </ul>
        </div>
    }
}

struct Reason {
    what: String,
    why: String,
    remedy: Option<&'static str>,
}

fn name(props: &WhyProps, key: BenefitKey, session: &SignedIn) -> String {
    let Some((held, what)) = words::holding(&props.priced.input, &props.priced, key) else {
        return String::new();
    };
    let name = words::benefit(&props.catalog, held, key, what, session.currency());
    format!("{name} ({})", held.plan_name)
}

fn about_line(props: &WhyProps, line: LineId, session: &SignedIn) -> (String, Vec<Reason>) {
    let typed = props.priced.input.lines.iter().find(|typed| typed.id == line);
    let title = typed.map_or_else(String::new, |typed| format!("Why? {}", typed.name));
    let mut reasons = Vec::new();
    if let Some(blocked) = props.priced.quote.blocked.iter().find(|blocked| blocked.line == line) {
        let plan_name =
            |id| props.catalog.plans.iter().find(|it| it.plan.id == id).map(|it| it.plan.about.name.clone());
        reasons.push(Reason {
            what: "Cannot be sold like this".to_owned(),
            why: blocked.why.sentence(plan_name),
            remedy: Some(blocked.why.remedy()),
        });
    }
    if let Some(outcome) = props.priced.why.lines.iter().find(|outcome| outcome.line == line) {
        for here in &outcome.applied {
            let why = format!("takes {} off", session.money(here.value));
            reasons.push(Reason { what: name(props, here.key, session), why, remedy: None });
        }
        let mut said: Vec<BenefitKey> = Vec::new();
        for (key, why) in &outcome.not_applied {
            if !said.contains(&key.whole())
                && !outcome.applied.iter().any(|here| here.key.whole() == key.whole())
            {
                said.push(key.whole());
                let sentence = why.sentence(session.today, session.currency());
                reasons.push(Reason {
                    what: name(props, *key, session),
                    why: sentence,
                    remedy: why.remedy(),
                });
            }
        }
    }
    (title, reasons)
}

fn about_benefit(props: &WhyProps, key: BenefitKey, session: &SignedIn) -> (String, Vec<Reason>) {
    let mut reasons = Vec::new();
    let mut title = "Why?".to_owned();
    for outcome in props.priced.why.benefits.iter().filter(|outcome| outcome.key.whole() == key.whole()) {
        title = format!("Why? {}", name(props, outcome.key, session));
        let remedy = match &outcome.outcome {
            Outcome::Applied { .. } => None,
            Outcome::Available { why } | Outcome::NotApplied { why } => why.remedy(),
        };
        let why = outcome.sentence(session.today, session.currency());
        reasons.push(Reason { what: outcome.what.words(session.currency()), why, remedy });
    }
    (title, reasons)
}
