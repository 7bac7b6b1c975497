//! The picture of a tier: chosen or dropped, described, removed.

use super::controls::Labelled;
use crate::bridge;
use crate::components::{Button, Look, base64_of, use_file_choice};
use crate::pages::memberships::art::{Art, TierArt};
use protocol::images::StoreImage;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PictureProps {
    /// Shown while there is no picture.
    pub art: Art,
    pub image: Option<String>,
    pub alt: String,
    /// The hash of a picture that is kept now, or none.
    pub onimage: Callback<Option<String>>,
    pub onalt: Callback<InputEvent>,
}

#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let busy = use_state(|| false);
    let problem = use_state(|| None::<String>);
    let take = {
        let (busy, problem, onimage) = (busy.clone(), problem.clone(), props.onimage.clone());
        Callback::from(move |file: File| {
            if *busy {
                return;
            }
            busy.set(true);
            problem.set(None);
            let (busy, problem, onimage) = (busy.clone(), problem.clone(), onimage.clone());
            spawn_local(async move {
                match store(file).await {
                    Ok(hash) => onimage.emit(Some(hash)),
                    Err(words) => problem.set(Some(words)),
                }
                busy.set(false);
            });
        })
    };
    let chosen = use_file_choice(take);
    let onremove = {
        let (problem, onimage) = (problem.clone(), props.onimage.clone());
        Callback::from(move |()| {
            problem.set(None);
            onimage.emit(None);
        })
    };
    let choose = match (&props.image, *busy) {
        (_, true) => "Reading",
        (Some(_), false) => "Choose another",
        (None, false) => "Choose picture",
    };
    let picture = html! {
        <div class={classes!("pl-row", "pl-picture", chosen.over.then_some("pl-picture--over"))} ondragover={chosen.ondragover} ondragleave={chosen.ondragleave} ondrop={chosen.ondrop}>
            <TierArt art={props.art} image={props.image.clone()} alt={props.alt.clone()} class="pl-hero--wide" />
            <div class="pl-stack">
                <div class="pl-row">
                    <Button look={Look::Secondary} icon="image" text={choose} onclick={chosen.choose} disabled={*busy} />
                    if props.image.is_some() { <Button look={Look::Link} text="Remove" onclick={onremove} disabled={*busy} /> }
                </div>
                <input ref={chosen.input} type="file" accept="image/png,image/jpeg,image/webp" hidden=true aria-label="Picture file" onchange={chosen.onchange} />
            </div>
        </div>
    };
    html! {
        <>
            { Labelled::new("tier-picture", "Picture").wide().help("PNG, JPEG or WebP of any size; it can be dropped here. A drawing stands in where there is none.")
                .problem((*problem).clone()).group(picture) }
            if props.image.is_some() {
                { Labelled::new("tier-picture-alt", "What the picture shows").wide().help("Read to who cannot see it. Empty where it only decorates.").input(
                    &props.alt, 200, props.onalt.clone(), Callback::noop()) }
            }
        </>
    }
}

/// The hash under which the file's picture is kept, or why it is not.
async fn store(file: File) -> Result<String, String> {
    let base64 = base64_of(file).await?;
    let stored = bridge::act(StoreImage { base64 }).await.map_err(|refusal| refusal.message)?;
    Ok(stored.hash)
}
