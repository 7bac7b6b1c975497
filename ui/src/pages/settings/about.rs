//! This window and this computer.

use crate::app::Program;
use crate::components::{Button, Look, Notice, Radios, Refusal, Severity};
use crate::outside::{self, Folder};
use crate::saving::use_saving;
use crate::theme::{self, Theme};
use crate::toast::use_toast;
use protocol::keeping::{DoctorReport, RunDoctor};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[component]
pub fn AppearanceSection() -> Html {
    let chosen = use_state(theme::chosen);
    let onselect = {
        let chosen = chosen.clone();
        Callback::from(move |theme: Theme| {
            theme::choose(theme);
            chosen.set(theme);
        })
    };
    html! {
        <section class="pl-stack pl-settings-form">
            <h2 class="pl-section-title">{ "Appearance" }</h2>
            <Radios<Theme> label="Colours" selected={*chosen} {onselect} options={Theme::ALL.map(|theme| (theme, AttrValue::from(theme.words()))).to_vec()} help="On this computer." />
        </section>
    }
}

#[component]
pub fn AboutSection() -> Html {
    let started = use_context::<Program>().map(|program| program.started);
    let report = use_state(|| None::<DoctorReport>);
    let checking = {
        let report = report.clone();
        use_saving::<RunDoctor>(Callback::from(move |found| report.set(Some(found))))
    };
    let toast = use_toast();
    let show = |folder: Folder| {
        let toast = toast.clone();
        Callback::from(move |()| {
            let toast = toast.clone();
            spawn_local(async move {
                if let Err(problem) = outside::show_folder(folder).await {
                    toast.refused(&problem);
                }
            });
        })
    };
    let onclick = checking.send.reform(|()| RunDoctor {});
    html! {
        <section class="pl-stack pl-settings-form">
            <h2 class="pl-section-title">{ "About" }</h2>
            if let Some(started) = &started {
                <dl class="pl-kv">
                    <dt>{ "Version" }</dt><dd>{ &started.version }</dd>
                    <dt>{ "Data folder" }</dt><dd class="pl-break">{ &started.data_dir }{ " " }<Button look={Look::Inline} small=true text="Show" label="Show the data folder" onclick={show(Folder::Data)} /></dd>
                    <dt>{ "Logs" }</dt><dd class="pl-break">{ &started.log_dir }{ " " }<Button look={Look::Inline} small=true text="Show" label="Show the logs" onclick={show(Folder::Logs)} /></dd>
                    <dt>{ "Key kept by" }</dt><dd>{ if started.keychain { "this computer's keychain" } else { "the passphrase" } }</dd>
                </dl>
            }
            <h2 class="pl-section-title">{ "Health of the data" }</h2>
            <p class="pl-subtle">{ "Reads every record, verifies that none was changed, works everything out again beside the live figures and compares." }</p>
            <div><Button icon="stethoscope" text={if checking.busy { "Checking" } else { "Check the data" }} disabled={checking.busy} {onclick} /></div>
            <Refusal error={checking.error.clone()} title="Not checked" />
            if let Some(found) = &*report {
                if found.healthy {
                    <Notice severity={Severity::Success} title="All is well">
                        { format!("{} of {} verified; every figure is what the records say.", count(found.records, "record"), count(found.desks.into(), "desk")) }
                    </Notice>
                } else {
                    <Notice severity={Severity::Danger} title={format!("{} found", count(found.problems.len() as u64, "problem"))}>
                        { for found.problems.iter().map(|problem| html!(<>{ problem }<br /></>)) }
                        { "Nothing was changed. Keep the data folder as it is and ask for help." }
                    </Notice>
                }
            }
        </section>
    }
}

/// `1 record`, `12 records`.
fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_is_not_plural() {
        assert_eq!(
            (super::count(1, "record"), super::count(2, "desk")),
            ("1 record".into(), "2 desks".into())
        );
    }
}
