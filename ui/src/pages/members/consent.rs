//! How somebody agreed to what they were shown.

use crate::session::use_session;
use protocol::enrollments::Consent;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ConsentChoiceProps {
    pub consent: Consent,
    pub onchoose: Callback<Consent>,
}

#[component]
pub fn ConsentChoice(props: &ConsentChoiceProps) -> Html {
    let session = use_session();
    let choice = |value: Consent, id: &'static str, words: &'static str| {
        let onchange = props.onchoose.reform(move |_: Event| value);
        html! {
            <div class="pf-v6-c-radio">
                <input class="pf-v6-c-radio__input" type="radio" name="consent" {id} checked={props.consent == value} {onchange} />
                <label class="pf-v6-c-radio__label" for={id}>{ words }</label>
            </div>
        }
    };
    html! {
        <fieldset class="pl-fieldset">
            <legend class="pf-v6-c-form__label"><span class="pf-v6-c-form__label-text">{ format!("How has the {} agreed to this?", session.customer()) }</span></legend>
            <div class="pl-row pl-flow pl-gap-far">
                { choice(Consent::InPerson, "consent-person", "In person, in front of me") }
                { choice(Consent::SignedPaper, "consent-paper", "On signed paper") }
            </div>
        </fieldset>
    }
}
