//! The queue: what is owed to the outside, what was said, and what a person can do about it.

use crate::bridge::act;
use crate::components::{
    Button, Dialog, EmptyState, Icon, Look, Notice, PageHead, Refusal, RouteLink, Severity, Skeleton,
    TabItem, Tabs,
};
use crate::pages::stripe::{line_notice, to_settings};
use crate::query::{use_look_again, use_query};
use crate::route::{CustomerTab, Route, SettingsTab};
use crate::session::use_session;
use crate::toast::use_toast;
use domain::EffectId;
use domain::effect::EffectState;
use protocol::mail::{
    CancelEffect, EffectTo, EffectView, GetEffect, LineView, ListQueue, QueuePage as Page, QueuePart,
    RetryEffect,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

const LOOK_MS: u32 = 5_000;
const PAGE: u32 = 50;
const MOST: u32 = 500;

fn title(part: QueuePart) -> &'static str {
    match part {
        QueuePart::Waiting => "Waiting",
        QueuePart::Refused => "Refused",
        QueuePart::Done => "Sent",
        QueuePart::NotSent => "Not sent",
    }
}

fn count(page: &Page, part: QueuePart) -> u32 {
    match part {
        QueuePart::Waiting => page.waiting,
        QueuePart::Refused => page.refused,
        QueuePart::Done => page.done,
        QueuePart::NotSent => page.not_sent,
    }
}

#[component]
pub fn QueuePage() -> Html {
    let session = use_session();
    let part = use_state(QueuePart::default);
    let limit = use_state(|| PAGE);
    let explained = use_state(|| None::<EffectId>);
    let list = use_query(ListQueue { part: *part, after: None, limit: Some(*limit) });
    let waits = list.data.as_ref().is_some_and(|page| page.waiting > 0);
    use_look_again(&list.reload, waits.then_some(LOOK_MS));
    let by_card = session.practice.stripe.is_some();
    let onselect = {
        let (part, limit) = (part.clone(), limit.clone());
        Callback::from(move |chosen: QueuePart| {
            part.set(chosen);
            limit.set(PAGE);
        })
    };
    let tabs = QueuePart::ALL
        .into_iter()
        .map(|part| {
            let tab = TabItem::new(part, title(part));
            match &list.data {
                Some(page) if count(page, part) > 0 => tab.count(count(page, part)),
                _ => tab,
            }
        })
        .collect::<Vec<_>>();
    let subtitle = list.data.as_ref().map_or_else(String::new, |page| {
        let waiting = waiting_words(page.waiting);
        match page.at_risk.is_positive() {
            true => format!("{waiting} · {} at risk until the bank answers", session.money(page.at_risk)),
            false => waiting,
        }
    });
    let onexplain = {
        let explained = explained.clone();
        Callback::from(move |id: EffectId| explained.set(Some(id)))
    };
    let onclose = {
        let explained = explained.clone();
        Callback::from(move |()| explained.set(None))
    };
    let more = {
        let limit = limit.clone();
        Callback::from(move |()| limit.set((*limit + 150).min(MOST)))
    };
    // The reply to another tab may still stand here while its own is on the way.
    let page = list.data.clone().filter(|_| list.fresh || list.data.is_some());
    html! {
        <>
            <PageHead title="Queue" {subtitle} />
            <Tabs<QueuePart> {tabs} selected={*part} {onselect} label="Queue" />
            <div class="pl-scroll pl-queue" role="tabpanel" aria-label={title(*part)} tabindex="0">
                if list.error.is_some() && list.data.is_none() {
                    <Refusal error={list.error.clone()} title="The queue could not be read" onretry={list.reload.clone()} />
                } else if list.slow {
                    { for (0..3).map(|_| html!(<div class="pl-effect"><Skeleton width="40%" /><Skeleton width="70%" /></div>)) }
                }
                if let Some(page) = &page {
                    if *part == QueuePart::Waiting {
                        { line(&page.line, by_card) }
                        { for page.stripe.iter().map(|line| line_notice(line, to_settings())) }
                    }
                    if page.rows.is_empty() && list.fresh { { empty(*part, by_card) } }
                    { for page.rows.iter().map(|effect| html!(<Effect key={effect.id.to_string()} effect={effect.clone()} onexplain={onexplain.clone()} />)) }
                    if page.next.is_some() && *limit < MOST {
                        <div><Button look={Look::Link} text="Show more" onclick={more} /></div>
                    } else if page.next.is_some() {
                        <p class="pl-subtle">{ format!("The first {MOST} of {} are shown.", count(page, *part)) }</p>
                    }
                }
            </div>
            if let Some(id) = *explained { <Explained {id} {onclose} /> }
        </>
    }
}

fn waiting_words(waiting: u32) -> String {
    match waiting {
        0 => "Nothing waits to be sent".to_owned(),
        1 => "1 thing waits to be sent".to_owned(),
        waiting => format!("{waiting} things wait to be sent"),
    }
}

/// `by_card`: Stripe is connected too.
fn empty(part: QueuePart, by_card: bool) -> Html {
    match part {
        QueuePart::Waiting if by_card => html! {
            <EmptyState icon="check-circle" title="Nothing waits">
                { "Every sale, membership and change is saved, encrypted, on this computer the moment it is made, with or without a network. What has to go out, to Stripe or by e-mail, waits here until it is sent." }
            </EmptyState>
        },
        QueuePart::Waiting => html! {
            <EmptyState icon="check-circle" title="Nothing waits">
                { "Every sale, membership and change is saved, encrypted, on this computer the moment it is made, with or without a network. What has to go out, such as e-mail, waits here until it is sent." }
            </EmptyState>
        },
        QueuePart::Refused => {
            let who = if by_card { "Stripe or a mail server" } else { "a mail server" };
            html!(<EmptyState title="Nothing was refused">{ format!("What {who} refuses for good stays here until somebody looks after it.") }</EmptyState>)
        }
        QueuePart::Done => {
            html!(<EmptyState title="Nothing was sent yet">{ "What was sent stays here for 90 days." }</EmptyState>)
        }
        QueuePart::NotSent => {
            html!(<EmptyState title="Nothing was dropped">{ "What was cancelled, or was no longer true before it could be sent, stays here for 90 days." }</EmptyState>)
        }
    }
}

fn line(line: &LineView, by_card: bool) -> Html {
    let settings = html!(<RouteLink to={Route::Settings(SettingsTab::Mail)} class="pf-v6-c-button pf-m-link pf-m-inline">{ "Open Settings > E-mail" }</RouteLink>);
    match line {
        LineView::Open => html!(),
        LineView::NotSetUp => html! {
            <Notice severity={Severity::Info} title="E-mail is not set up" actions={settings}>{ "No mail is sent until a manager names the mail server." }</Notice>
        },
        LineView::MadeUp if by_card => html! {
            <Notice severity={Severity::Info} title="A made-up practice sends no e-mail">{ "What is asked to be sent stays here, so that you can look at it. What is for Stripe goes to its test mode." }</Notice>
        },
        LineView::MadeUp => html! {
            <Notice severity={Severity::Info} title="A made-up practice sends nothing">{ "What is asked to be sent stays here, so that you can look at it." }</Notice>
        },
        LineView::Broken { since, said, next_try } => html! {
            <Notice severity={Severity::Warning} title={format!("The mail server is not reached since {since}")} actions={settings}>
                { format!("{said}. You can sell, enroll and look up as always. It is tried again by itself, next at {next_try}; Retry tries at once.") }
            </Notice>
        },
    }
}

/// What is asked of Stripe is done there; a letter is only sent.
fn state(state: EffectState, to: EffectTo) -> Html {
    let (tone, icon, words) = match state {
        EffectState::Done if to == EffectTo::Stripe => ("pf-m-green", "check", "Done"),
        EffectState::Waiting => ("pf-m-blue", "clock", "Waiting"),
        EffectState::InFlight => ("pf-m-blue", "paper-plane", "On its way"),
        EffectState::Done => ("pf-m-green", "check", "Sent"),
        EffectState::Refused => ("pf-m-red", "exclamation-circle", "Refused"),
        EffectState::Superseded => ("pf-m-outline", "ban", "Not sent"),
    };
    html! {
        <span class={classes!("pf-v6-c-label", "pf-m-compact", tone)}><span class="pf-v6-c-label__content">
            <span class="pf-v6-c-label__icon"><Icon name={icon} /></span><span class="pf-v6-c-label__text">{ words }</span>
        </span></span>
    }
}

#[derive(Properties, PartialEq)]
struct EffectProps {
    effect: EffectView,
    onexplain: Callback<EffectId>,
}

#[component]
fn Effect(props: &EffectProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let effect = &props.effect;
    let id = effect.id;
    let retry = {
        let toast = toast.clone();
        Callback::from(move |()| {
            let toast = toast.clone();
            spawn_local(async move {
                match act(RetryEffect { id }).await {
                    Ok(_) => toast.done("It is tried again now"),
                    Err(refusal) => toast.refused(&refusal),
                }
            });
        })
    };
    let cancel = Callback::from(move |()| {
        let toast = toast.clone();
        spawn_local(async move {
            match act(CancelEffect { id }).await {
                Ok(_) => toast.done("It will not be sent"),
                Err(refusal) => toast.refused(&refusal),
            }
        });
    });
    let explain = props.onexplain.reform(move |()| id);
    let named = |what: &str| AttrValue::from(format!("{what}: {}", effect.title));
    html! {
        <article class="pl-effect">
            <div class="pl-row pl-row--between">
                <h2 class="pl-effect-title" dir="auto">{ &effect.title }</h2>
                <span class="pl-small pl-subtle pl-date">{ format!("{} {}", session.day(effect.on), effect.at) }</span>
            </div>
            <div class="pl-row pl-flow pl-small">
                { state(effect.state, effect.to) }
                if let Some(answer) = &effect.answer { <span class="pl-subtle pl-wrap">{ answer }</span> }
            </div>
            <div class="pl-row pl-flow">
                if effect.can_retry { <Button look={Look::Inline} text="Retry" label={named("Retry")} onclick={retry} /> }
                <Button look={Look::Inline} text="Explain" label={named("Explain")} onclick={explain} />
                if effect.can_cancel { <Button look={Look::Inline} text="Cancel" label={named("Cancel")} onclick={cancel} /> }
                if let Some(id) = effect.customer {
                    <RouteLink to={Route::Customer { id, tab: CustomerTab::Overview }} class="pf-v6-c-button pf-m-link pf-m-inline">{ format!("Open the {}", session.customer()) }</RouteLink>
                }
            </div>
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct ExplainedProps {
    id: EffectId,
    onclose: Callback<()>,
}

#[component]
fn Explained(props: &ExplainedProps) -> Html {
    let told = use_query(GetEffect { id: props.id });
    let title = told.data.as_ref().map_or_else(|| "One moment".to_owned(), |told| told.effect.title.clone());
    html! {
        <Dialog {title} secondary="Close" onclose={props.onclose.clone()} width="38rem">
            <div class="pl-stack">
                <Refusal error={told.error.clone()} title="It could not be read" onretry={told.reload.clone()} />
                if let Some(told) = &told.data {
                    <div class="pl-row pl-flow">{ state(told.effect.state, told.effect.to) }
                        if let Some(answer) = &told.effect.answer { <span class="pl-wrap">{ match &told.effect.answered { Some(at) => format!("{answer}, {at}"), None => answer.clone() } }</span> }
                    </div>
                    { for told.because.iter().map(|why| html!(<p>{ why }</p>)) }
                    if let Some(letter) = &told.letter {
                        <section class="pl-letter" aria-label="What it says" tabindex="0">
                            <p class="pl-small pl-subtle" dir="auto">{ format!("To {}", letter.to) }</p>
                            <p class="pl-strong" dir="auto">{ &letter.subject }</p>
                            <p class="pl-prewrap pl-letter-text" dir="auto">{ &letter.text }</p>
                        </section>
                    }
                }
            </div>
        </Dialog>
    }
}
