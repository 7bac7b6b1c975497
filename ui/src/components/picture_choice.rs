//! A picture that is chosen or dropped, kept at once, and removed again.

use super::{Button, Look, base64_of, use_file_choice};
use crate::bridge;
use protocol::images::StoreImage;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PictureChoiceProps {
    /// The hash of the picture there is.
    pub image: Option<String>,
    /// The hash of a picture that is kept now, or none.
    pub onimage: Callback<Option<String>>,
    /// Why a file became no picture; `None` when another is tried.
    pub onproblem: Callback<Option<String>>,
    /// The picture, or what stands in for it.
    pub children: Html,
}

#[component]
pub fn PictureChoice(props: &PictureChoiceProps) -> Html {
    let busy = use_state(|| false);
    let take = {
        let (busy, onproblem, onimage) = (busy.clone(), props.onproblem.clone(), props.onimage.clone());
        Callback::from(move |file: File| {
            if *busy {
                return;
            }
            busy.set(true);
            onproblem.emit(None);
            let (busy, onproblem, onimage) = (busy.clone(), onproblem.clone(), onimage.clone());
            spawn_local(async move {
                match store(file).await {
                    Ok(hash) => onimage.emit(Some(hash)),
                    Err(words) => onproblem.emit(Some(words)),
                }
                busy.set(false);
            });
        })
    };
    let chosen = use_file_choice(take);
    let onremove = {
        let (onproblem, onimage) = (props.onproblem.clone(), props.onimage.clone());
        Callback::from(move |()| {
            onproblem.emit(None);
            onimage.emit(None);
        })
    };
    let choose = match (&props.image, *busy) {
        (_, true) => "Reading",
        (Some(_), false) => "Choose another",
        (None, false) => "Choose picture",
    };
    html! {
        <div class={classes!("pl-row", "pl-picture", chosen.over.then_some("pl-picture--over"))} ondragover={chosen.ondragover} ondragleave={chosen.ondragleave} ondrop={chosen.ondrop}>
            { props.children.clone() }
            <div class="pl-stack">
                <div class="pl-row">
                    <Button look={Look::Secondary} icon="image" text={choose} onclick={chosen.choose} disabled={*busy} />
                    if props.image.is_some() { <Button look={Look::Link} text="Remove" onclick={onremove} disabled={*busy} /> }
                </div>
                <input ref={chosen.input} type="file" accept="image/png,image/jpeg,image/webp" hidden=true aria-label="Picture file" onchange={chosen.onchange} />
            </div>
        </div>
    }
}

/// The hash under which the file's picture is kept, or why it is not.
async fn store(file: File) -> Result<String, String> {
    let base64 = base64_of(file).await?;
    let stored = bridge::act(StoreImage { base64 }).await.map_err(|refusal| refusal.message)?;
    Ok(stored.hash)
}
