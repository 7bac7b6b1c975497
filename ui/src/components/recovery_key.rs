//! The recovery key, where it is shown: to be copied, printed or written down.

use crate::components::button::Button;
use crate::toast::use_toast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct RecoveryKeyProps {
    /// Whose key it is, for the printed page.
    pub practice: AttrValue,
    /// Eight groups of four.
    pub groups: Vec<String>,
}

#[component]
pub fn RecoveryKey(props: &RecoveryKeyProps) -> Html {
    let toast = use_toast();
    let oncopy = {
        let (toast, key) = (toast, props.groups.join(" "));
        Callback::from(move |()| {
            let (toast, key) = (toast.clone(), key.clone());
            spawn_local(async move {
                let written = match web_sys::window().map(|window| window.navigator().clipboard()) {
                    Some(clipboard) => JsFuture::from(clipboard.write_text(&key)).await.is_ok(),
                    None => false,
                };
                match written {
                    true => toast.done("Copied. Paste it somewhere safe, not on this computer."),
                    false => toast.warn(
                        "Not copied",
                        "This system does not let the window copy. Print it or write it down.",
                    ),
                }
            });
        })
    };
    let onprint = Callback::from(|()| {
        if let Some(window) = web_sys::window() {
            // A system without a printer says so itself.
            let _ = window.print();
        }
    });
    html! {
        <div class="pl-words pl-recovery-box pl-print">
            <p class="pl-print-only">{ format!("Perennial recovery key of {}", props.practice) }</p>
            <div class="pl-recovery" role="group" aria-label="Recovery key">{ for props.groups.iter().map(|group| html!(<span>{ group }</span>)) }</div>
            <div class="pl-row pl-no-print">
                <Button small=true icon="print" text="Print" onclick={onprint} />
                <Button small=true icon="copy" text="Copy" onclick={oncopy} />
                <span class="pl-small pl-subtle">{ "Keep it away from this computer." }</span>
            </div>
        </div>
    }
}
