//! Buttons in the shape that the styles expect, with their key beside the words.

use crate::components::text::{Icon, KeyHint};
use crate::keys::Command;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The one thing this page is for.
    Primary,
    #[default]
    Secondary,
    Tertiary,
    Link,
    /// A link inside a line of text.
    Inline,
    Danger,
    /// Only an icon; give it a `label`.
    Plain,
}

impl Look {
    fn class(self) -> Classes {
        match self {
            Self::Primary => classes!("pf-m-primary"),
            Self::Secondary => classes!("pf-m-secondary"),
            Self::Tertiary => classes!("pf-m-tertiary"),
            Self::Link => classes!("pf-m-link"),
            Self::Inline => classes!("pf-m-link", "pf-m-inline"),
            Self::Danger => classes!("pf-m-danger"),
            Self::Plain => classes!("pf-m-plain"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub look: Look,
    #[prop_or_default]
    pub text: AttrValue,
    /// Name for screen readers where there is no text, or where the text alone is not enough.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub icon: Option<AttrValue>,
    #[prop_or_default]
    pub command: Option<Command>,
    #[prop_or_default]
    pub small: bool,
    #[prop_or_default]
    pub disabled: bool,
    /// Sends the form it stands in.
    #[prop_or_default]
    pub submit: bool,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub onclick: Callback<()>,
}

#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let onclick = {
        let onclick = props.onclick.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            onclick.emit(());
        })
    };
    let class = classes!(
        "pf-v6-c-button",
        props.look.class(),
        props.small.then_some("pf-m-small"),
        props.disabled.then_some("pf-m-disabled"),
        props.class.clone()
    );
    let has_text = !props.text.is_empty();
    html! {
        <button
            id={props.id.clone()}
            {class}
            type={if props.submit { "submit" } else { "button" }}
            aria-label={props.label.clone()}
            title={props.label.clone().filter(|_| !has_text)}
            disabled={props.disabled}
            data-autofocus={props.autofocus.then_some("")}
            {onclick}
        >
            if let Some(icon) = &props.icon {
                <span class={classes!("pf-v6-c-button__icon", has_text.then_some("pf-m-start"))}><Icon name={icon.clone()} /></span>
            }
            if has_text {
                <span class="pf-v6-c-button__text">
                    { &props.text }
                    if let Some(command) = props.command { { " " }<KeyHint {command} /> }
                </span>
            }
        </button>
    }
}
