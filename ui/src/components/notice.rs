//! What stands in a list's place or above a form: alerts, empty states, refusals, skeletons.

use crate::components::button::{Button, Look};
use crate::components::text::Icon;
use protocol::ErrorReply;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Info,
    Success,
    Warning,
    Danger,
}

impl Severity {
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Info => ("pf-m-info", "info-circle", "info:"),
            Self::Success => ("pf-m-success", "check-circle", "done:"),
            Self::Warning => ("pf-m-warning", "exclamation-triangle", "warning:"),
            Self::Danger => ("pf-m-danger", "exclamation-circle", "problem:"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct NoticeProps {
    pub severity: Severity,
    pub title: AttrValue,
    /// Says whether money moved and what to do next.
    #[prop_or_default]
    pub children: Html,
    /// Links under the text.
    #[prop_or_default]
    pub actions: Html,
}

/// An inline alert.
#[component]
pub fn Notice(props: &NoticeProps) -> Html {
    let (class, icon, spoken) = props.severity.parts();
    let role = if matches!(props.severity, Severity::Danger) { "alert" } else { "status" };
    html! {
        <div class={classes!("pf-v6-c-alert", "pf-m-inline", class)} {role}>
            <div class="pf-v6-c-alert__icon"><Icon name={icon} /></div>
            <p class="pf-v6-c-alert__title"><span class="pf-v6-screen-reader">{ spoken }</span>{ &props.title }</p>
            if props.children != html!() {
                <div class="pf-v6-c-alert__description"><p>{ props.children.clone() }</p></div>
            }
            if props.actions != html!() {
                <div class="pf-v6-c-alert__action-group">{ props.actions.clone() }</div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct RefusalProps {
    /// Nothing is drawn for `None`.
    pub error: Option<ErrorReply>,
    /// What was tried: "The members could not be read".
    #[prop_or("Not done".into())]
    pub title: AttrValue,
    #[prop_or_default]
    pub onretry: Option<Callback<()>>,
}

/// The door's refusal in its own words.
#[component]
pub fn Refusal(props: &RefusalProps) -> Html {
    let Some(error) = &props.error else { return html!() };
    let actions = match &props.onretry {
        Some(retry) => html!(<Button look={Look::Inline} text="Try again" onclick={retry.clone()} />),
        None => html!(),
    };
    html!(<Notice severity={Severity::Danger} title={props.title.clone()} {actions}>{ &error.message }</Notice>)
}

#[derive(Properties, PartialEq)]
pub struct EmptyStateProps {
    pub title: AttrValue,
    /// What it is for and what to do.
    #[prop_or_default]
    pub children: Html,
    /// One primary action.
    #[prop_or_default]
    pub actions: Html,
    #[prop_or_default]
    pub icon: Option<AttrValue>,
}

#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    html! {
        <div class="pf-v6-c-empty-state">
            <div class="pf-v6-c-empty-state__content">
                <div class="pf-v6-c-empty-state__header">
                    if let Some(icon) = &props.icon {
                        <div class="pf-v6-c-empty-state__icon"><Icon name={icon.clone()} /></div>
                    }
                    <div class="pf-v6-c-empty-state__title"><h2 class="pf-v6-c-empty-state__title-text">{ &props.title }</h2></div>
                </div>
                <div class="pf-v6-c-empty-state__body">{ props.children.clone() }</div>
                if props.actions != html!() {
                    <div class="pf-v6-c-empty-state__footer"><div class="pf-v6-c-empty-state__actions">{ props.actions.clone() }</div></div>
                }
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct NothingMatchesProps {
    /// `members`.
    pub what: AttrValue,
    pub onclear: Callback<()>,
}

/// Filters that leave nothing.
#[component]
pub fn NothingMatches(props: &NothingMatchesProps) -> Html {
    let actions = html!(<Button look={Look::Link} text="Clear filters" onclick={props.onclear.clone()} />);
    html!(<EmptyState title={format!("No {} match", props.what)} {actions}>{ "Try another word, or fewer filters." }</EmptyState>)
}

#[derive(Properties, PartialEq)]
pub struct SkeletonProps {
    #[prop_or_else(|| "60%".into())]
    pub width: AttrValue,
}

/// A grey bar where a line of text will stand.
#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    html!(<div class="pf-v6-c-skeleton" style={format!("--pf-v6-c-skeleton--Width:{}", props.width)}></div>)
}
