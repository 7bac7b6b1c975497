//! Settings > Security: the ways to the data beside the keychain, which are the recovery key and the passphrase.

use crate::bridge::problem_with;
use crate::components::{Button, Dialog, Kind, Look, Notice, RecoveryKey, Refusal, Severity, TextField};
use crate::query::use_query;
use crate::saving::use_saving;
use crate::session::use_session;
use crate::toast::use_toast;
use protocol::start::{ChangePassphrase, RecoveryKeyMade, RenewRecoveryKey, StartStatus};
use yew::prelude::*;

#[component]
pub fn RecoverySection() -> Html {
    let started = use_query(StartStatus {});
    let renewing = use_state(|| false);
    let Some(started) = &started.data else { return html!() };
    if started.demo {
        return html! {
            <section class="pl-stack pl-settings-form">
                <h2 class="pl-section-title">{ "Recovery key" }</h2>
                <Notice severity={Severity::Info} title="A made-up practice has none">{ "Its data is no secret and opens on any computer." }</Notice>
            </section>
        };
    }
    let open = |shown: bool| {
        let renewing = renewing.clone();
        Callback::from(move |()| renewing.set(shown))
    };
    html! {
        <>
            <section class="pl-stack pl-settings-form">
                <h2 class="pl-section-title">{ "Recovery key" }</h2>
                <p class="pl-subtle">
                    { "It opens this practice's data when the computer is lost, its keychain is reset or the passphrase is forgotten. It is stored nowhere in clear, so it is shown once and never again." }
                </p>
                <div><Button look={Look::Secondary} icon="key" text="Make a new recovery key" onclick={open(true)} /></div>
            </section>
            if started.passphrase { <PassphraseForm /> }
            if *renewing { <Renew onclose={open(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct RenewProps {
    onclose: Callback<()>,
}

/// Says what a new key does, then shows it once.
#[component]
fn Renew(props: &RenewProps) -> Html {
    let session = use_session();
    let made = use_state(|| None::<Vec<String>>);
    let saving = {
        let made = made.clone();
        use_saving::<RenewRecoveryKey>(Callback::from(move |reply: RecoveryKeyMade| {
            made.set(Some(reply.recovery_key))
        }))
    };
    let onclose = props.onclose.clone();
    if let Some(groups) = &*made {
        return html! {
            <Dialog title="Keep this recovery key" description="The one before no longer opens the data." primary="I have kept it" onprimary={onclose.clone()}
                {onclose} secondary="" width="36rem">
                <div class="pl-stack">
                    <RecoveryKey practice={session.practice.name.clone()} groups={groups.clone()} />
                    <Notice severity={Severity::Info} title="Shown only this once">{ "Write it down or print it before you close this. A lost key cannot be asked for again." }</Notice>
                </div>
            </Dialog>
        };
    }
    let send = saving.send.clone();
    html! {
        <Dialog title="Make a new recovery key" primary="Make a new key" onprimary={Callback::from(move |()| send.emit(RenewRecoveryKey {}))}
            {onclose} disabled={saving.busy} width="36rem">
            <div class="pl-stack">
                <Refusal error={saving.error.clone()} />
                <p>{ "The recovery key you have now stops working on this computer. An owner's PIN is asked for next." }</p>
                <p class="pl-subtle">{ "A backup made before today still opens with the key from before. Keep that key with the backup, or delete the backup." }</p>
            </div>
        </Dialog>
    }
}

#[component]
fn PassphraseForm() -> Html {
    let toast = use_toast();
    let current = use_state(String::new);
    let new = use_state(String::new);
    let again = use_state(String::new);
    let saving = {
        let fields = [current.clone(), new.clone(), again.clone()];
        use_saving::<ChangePassphrase>(Callback::from(move |_| {
            for field in &fields {
                field.set(String::new());
            }
            toast.done("The passphrase is changed");
        }))
    };
    let onsubmit = {
        let (send, current, new) = (saving.send.clone(), current.clone(), new.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(ChangePassphrase { current: (*current).clone(), new: (*new).clone() });
        })
    };
    let into = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let length = new.chars().count();
    let short = (!new.is_empty() && !(8..=200).contains(&length)).then_some("At least 8 characters");
    let differs = (!again.is_empty() && *again != *new).then_some("Not the same as above");
    let complete = !current.is_empty() && (8..=200).contains(&length) && *again == *new;
    html! {
        <form class="pl-stack pl-settings-form" {onsubmit} novalidate=true>
            <h2 class="pl-section-title">{ "Passphrase" }</h2>
            <p class="pl-subtle">{ "It opens the data each time Perennial starts. An owner's PIN is asked for when it is changed." }</p>
            <Refusal error={saving.error.clone()} />
            <TextField kind={Kind::Secret} label="Passphrase now" value={(*current).clone()} onchange={into(&current)} />
            <div class="pl-fields">
                <TextField kind={Kind::Secret} label="New passphrase" value={(*new).clone()} onchange={into(&new)} help="At least 8 characters"
                    error={short.map(AttrValue::from).or_else(|| problem_with(saving.error.as_ref(), "new"))} />
                <TextField kind={Kind::Secret} label="New passphrase again" value={(*again).clone()} onchange={into(&again)} error={differs.map(AttrValue::from)} />
            </div>
            <div><Button look={Look::Primary} text="Change passphrase" submit=true disabled={saving.busy || !complete} /></div>
        </form>
    }
}
