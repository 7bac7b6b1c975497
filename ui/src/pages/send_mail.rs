//! Sends something to somebody by e-mail: to their own address, or to another for this once.

use crate::bridge::problem_with;
use crate::components::{Dialog, Kind, Notice, Refusal, RouteLink, Severity, TextField};
use crate::route::{Route, SettingsTab};
use crate::saving::use_saving;
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::mail::{AskMail, EffectView, Wanted};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SendMailProps {
    pub what: Wanted,
    /// `Receipt A-12`.
    pub title: AttrValue,
    /// The address on file; empty where there is none.
    pub own: AttrValue,
    pub onclose: Callback<()>,
}

#[component]
pub fn SendMail(props: &SendMailProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let to = use_state(|| props.own.to_string());
    let saving = {
        let (onclose, toast) = (props.onclose.clone(), toast);
        use_saving::<AskMail>(Callback::from(move |effect: EffectView| {
            toast.done(format!("{} is in the queue", effect.title));
            onclose.emit(());
        }))
    };
    let title = format!("{} by e-mail", props.title);
    if session.practice.mail.is_none() && !session.practice.demo {
        return html! {
            <Dialog {title} secondary="Close" onclose={props.onclose.clone()} width="30rem">
                <Notice severity={Severity::Info} title="E-mail is not set up"
                    actions={html!(<RouteLink to={Route::Settings(SettingsTab::Mail)} class="pf-v6-c-button pf-m-link pf-m-inline">{ "Open Settings > E-mail" }</RouteLink>)}>
                    { "A manager names the mail server once; then receipts and news of memberships go out by themselves." }
                </Notice>
            </Dialog>
        };
    }
    let typed = to.trim().to_owned();
    let onprimary = {
        let (send, what, to) = (saving.send.clone(), props.what.clone(), typed.clone());
        Callback::from(move |()| send.emit(AskMail { what: what.clone(), to: Some(to.clone()) }))
    };
    let onchange = {
        let to = to.clone();
        Callback::from(move |text: String| to.set(text))
    };
    let help = match (props.own.is_empty(), typed == props.own.as_str()) {
        (true, _) => "For this once; it is not kept on file.",
        (false, true) => "On file. Another one counts for this once alone.",
        (false, false) => "For this once; the one on file stays.",
    };
    html! {
        <Dialog {title} primary="Send" {onprimary} disabled={saving.busy || typed.is_empty()} onclose={props.onclose.clone()} width="30rem">
            <div class="pl-stack pl-dialog-form">
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} />
                <TextField kind={Kind::Email} label="E-mail address" value={(*to).clone()} {onchange} {help} autofocus=true max_length={200}
                    error={problem_with(saving.error.as_ref(), "to")} />
                <p class="pl-small pl-subtle">{ "It goes out by itself as soon as there is a network; until then it waits in the queue." }</p>
            </div>
        </Dialog>
    }
}
