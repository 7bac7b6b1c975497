//! How somebody agreed to what they were shown, and what they signed.

use crate::bridge;
use crate::components::{Button, Look, SignaturePad, base64_of, use_file_choice};
use crate::session::use_session;
use domain::{CustomerId, ImageHash};
use protocol::agreements::{ReadSigned, StoreSigned};
use protocol::enrollments::Consent;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    InPerson,
    OnScreen,
    OnPaper,
}

#[derive(Properties, PartialEq)]
pub struct ConsentChoiceProps {
    /// Who agrees: what they sign is theirs.
    pub customer: CustomerId,
    /// How they agreed; nothing while the signature is missing or on its way.
    pub onchoose: Callback<Option<Consent>>,
}

/// Asks how the customer agreed. Give it a key of what is agreed to: a signature counts for nothing else.
#[component]
pub fn ConsentChoice(props: &ConsentChoiceProps) -> Html {
    let session = use_session();
    let way = use_state(|| Way::InPerson);
    let kept = use_state(|| None::<ImageHash>);
    let problem = use_state(|| None::<String>);
    // The newest picture counts; an answer about an older one comes too late.
    let round = use_mut_ref(|| 0_u32);
    {
        let onchoose = props.onchoose.clone();
        use_effect_with((), move |()| onchoose.emit(Some(Consent::InPerson)));
    }
    let choose = {
        let (way, kept, problem, round) = (way.clone(), kept.clone(), problem.clone(), round.clone());
        let onchoose = props.onchoose.clone();
        move |chosen: Way| {
            let (way, kept, problem, round, onchoose) =
                (way.clone(), kept.clone(), problem.clone(), round.clone(), onchoose.clone());
            Callback::from(move |_: Event| {
                *round.borrow_mut() += 1;
                way.set(chosen);
                kept.set(None);
                problem.set(None);
                onchoose.emit(match chosen {
                    Way::InPerson => Some(Consent::InPerson),
                    Way::OnScreen => None,
                    Way::OnPaper => Some(Consent::SignedPaper),
                });
            })
        }
    };
    let store = {
        let (kept, problem, round) = (kept.clone(), problem.clone(), round.clone());
        let (customer, onchoose) = (props.customer, props.onchoose.clone());
        move |base64: String, way: Way| {
            let this = next(&round);
            let (kept, problem, round, onchoose) =
                (kept.clone(), problem.clone(), round.clone(), onchoose.clone());
            problem.set(None);
            spawn_local(async move {
                let stored = bridge::act(StoreSigned { customer, base64, instead_of: *kept }).await;
                if *round.borrow() != this {
                    return;
                }
                match stored {
                    Ok(stored) => {
                        kept.set(Some(stored.picture));
                        onchoose.emit(Some(match way {
                            Way::OnPaper => Consent::OnPaper { picture: stored.picture },
                            Way::OnScreen | Way::InPerson => Consent::OnScreen { signature: stored.picture },
                        }));
                    }
                    Err(refusal) => problem.set(Some(refusal.message)),
                }
            });
        }
    };
    let onsigned = {
        let (store, round, onchoose) = (store.clone(), round.clone(), props.onchoose.clone());
        Callback::from(move |signed: Option<String>| match signed {
            Some(base64) => store(base64, Way::OnScreen),
            None => {
                next(&round);
                onchoose.emit(None);
            }
        })
    };
    let onfile = {
        let (round, onchoose, problem) = (round.clone(), props.onchoose.clone(), problem.clone());
        Callback::from(move |file: File| {
            let this = next(&round);
            onchoose.emit(None);
            let (store, round, onchoose, problem) =
                (store.clone(), round.clone(), onchoose.clone(), problem.clone());
            spawn_local(async move {
                match base64_of(file).await {
                    Ok(base64) if *round.borrow() == this => store(base64, Way::OnPaper),
                    Ok(_) => {}
                    Err(words) => {
                        problem.set(Some(words));
                        onchoose.emit(Some(Consent::SignedPaper));
                    }
                }
            });
        })
    };
    let chosen = use_file_choice(onfile);
    let without = {
        let (kept, round, onchoose) = (kept.clone(), round.clone(), props.onchoose.clone());
        Callback::from(move |()| {
            next(&round);
            kept.set(None);
            onchoose.emit(Some(Consent::SignedPaper));
        })
    };
    let choice = |value: Way, id: &'static str, words: &'static str| {
        html! {
            <div class="pf-v6-c-radio">
                <input class="pf-v6-c-radio__input" type="radio" name="consent" {id} checked={*way == value} onchange={choose(value)} />
                <label class="pf-v6-c-radio__label" for={id}>{ words }</label>
            </div>
        }
    };
    html! {
        <fieldset class="pl-fieldset">
            <legend class="pf-v6-c-form__label"><span class="pf-v6-c-form__label-text">{ format!("How has the {} agreed to this?", session.customer()) }</span></legend>
            <div class="pl-row pl-flow pl-gap-far">
                { choice(Way::InPerson, "consent-person", "In person, in front of me") }
                { choice(Way::OnScreen, "consent-screen", "Signed here, on the screen") }
                { choice(Way::OnPaper, "consent-paper", "On signed paper") }
            </div>
            if *way == Way::OnScreen {
                <SignaturePad label={format!("Signature of the {}. Without a pen or mouse, choose another way.", session.customer())} {onsigned} />
            }
            if *way == Way::OnPaper {
                <div class={classes!("pl-picture", "pl-row", chosen.over.then_some("pl-picture--over"))} ondragover={chosen.ondragover} ondragleave={chosen.ondragleave} ondrop={chosen.ondrop}>
                    if let Some(picture) = *kept { <Signed {picture} words="The signed paper" small=true /> }
                    <div class="pl-stack pl-grow">
                        <span class="pl-small pl-subtle">{ if kept.is_some() { "Kept with the membership." } else { "A photograph or scan is kept with the membership; without one, file the paper." } }</span>
                        <div class="pl-row">
                            <Button look={Look::Secondary} small=true icon="image" text={if kept.is_some() { "Choose another" } else { "Choose picture" }} onclick={chosen.choose} />
                            if kept.is_some() { <Button look={Look::Link} small=true text="Without picture" onclick={without} /> }
                        </div>
                    </div>
                    <input ref={chosen.input} type="file" accept="image/png,image/jpeg,image/webp" hidden=true aria-label="Picture of the signed paper" onchange={chosen.onchange} />
                </div>
            }
            if let Some(words) = &*problem { <p class="pl-small pl-bad" role="alert">{ words }</p> }
        </fieldset>
    }
}

fn next(round: &std::cell::RefCell<u32>) -> u32 {
    let mut round = round.borrow_mut();
    *round += 1;
    *round
}

#[derive(Properties, PartialEq)]
pub struct SignedProps {
    pub picture: ImageHash,
    pub words: AttrValue,
    #[prop_or_default]
    pub small: bool,
}

/// What somebody signed, on white as on paper.
#[component]
pub fn Signed(props: &SignedProps) -> Html {
    let shown = use_state(|| None::<Result<AttrValue, String>>);
    {
        let shown = shown.clone();
        use_effect_with(props.picture, move |picture| {
            let picture = *picture;
            spawn_local(async move {
                let read = bridge::call(ReadSigned { picture }).await;
                shown.set(Some(
                    read.map(|image| format!("data:{};base64,{}", image.media_type, image.base64).into())
                        .map_err(|refusal| refusal.message),
                ));
            });
        });
    }
    match &*shown {
        None => html! { <span class="pl-small pl-subtle">{ "Reading" }</span> },
        Some(Err(words)) => html! { <span class="pl-small pl-subtle">{ words }</span> },
        Some(Ok(address)) => html! {
            <img class={classes!("pl-signed", props.small.then_some("pl-signed--small"))} src={address.clone()} alt={props.words.clone()} />
        },
    }
}
