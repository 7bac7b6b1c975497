//! The picture of a tier: chosen or dropped, described, removed.

use super::controls::Labelled;
use crate::components::PictureChoice;
use crate::pages::memberships::art::{Art, TierArt};
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
    let problem = use_state(|| None::<String>);
    let onproblem = {
        let problem = problem.clone();
        Callback::from(move |words| problem.set(words))
    };
    let picture = html! {
        <PictureChoice image={props.image.clone()} onimage={props.onimage.clone()} {onproblem}>
            <TierArt art={props.art} image={props.image.clone()} alt={props.alt.clone()} class="pl-hero--wide" />
        </PictureChoice>
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
