//! Opening data that no keychain gave the key of.

use crate::bridge::act;
use crate::components::{Button, Kind, Look, Refusal, TextField};
use crate::frame::Mark;
use protocol::ErrorReply;
use protocol::start::{Started, Unlock};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct UnlockPageProps {
    pub started: Started,
    pub onopen: Callback<Started>,
}

#[component]
pub fn UnlockPage(props: &UnlockPageProps) -> Html {
    let secret = use_state(String::new);
    let error = use_state(|| None::<ErrorReply>);
    let busy = use_state(|| false);
    let onchange = {
        let secret = secret.clone();
        Callback::from(move |text: String| secret.set(text))
    };
    let onsubmit = {
        let (secret, error, busy, onopen) =
            (secret.clone(), error.clone(), busy.clone(), props.onopen.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if *busy || secret.trim().is_empty() {
                return;
            }
            busy.set(true);
            let (secret, error, busy, onopen) =
                ((*secret).clone(), error.clone(), busy.clone(), onopen.clone());
            spawn_local(async move {
                match act(Unlock { secret }).await {
                    Ok(started) => onopen.emit(started),
                    Err(refusal) => error.set(Some(refusal)),
                }
                busy.set(false);
            });
        })
    };
    html! {
        <main class="pl-alone">
            <form class="pl-alone-box" {onsubmit}>
                <div class="pl-brand"><Mark /><span class="pl-brand-name">{ "Perennial" }</span></div>
                <h1>{ "Unlock your data" }</h1>
                <p class="pl-subtle">{ "The data on this computer is encrypted, and its keychain did not give the key. Type the passphrase chosen when Perennial was set up, or the recovery key." }</p>
                <Refusal error={(*error).clone()} title="Still locked" />
                <TextField kind={Kind::Secret} label="Passphrase or recovery key" value={(*secret).clone()} {onchange} autofocus=true
                    help="Spaces and capitals in the recovery key do not matter." />
                <Button look={Look::Primary} text={if *busy { "Opening" } else { "Unlock" }} submit=true disabled={*busy || secret.trim().is_empty()} class="pl-block-button" />
                <p class="pl-small pl-subtle">{ format!("Data folder: {}", props.started.data_dir) }</p>
            </form>
        </main>
    }
}
