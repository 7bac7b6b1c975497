//! What goes to the printer instead of the page.

use crate::outside;
use crate::toast::Notify;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PaperProps {
    pub children: Html,
}

/// Something as the printer sees it: beside the page and hidden, until the page is printed.
#[component]
pub fn Paper(props: &PaperProps) -> Html {
    let paper = html!(<div class="pl-paper" aria-hidden="true">{ props.children.clone() }</div>);
    match web_sys::window().and_then(|window| window.document()?.body()) {
        Some(body) => create_portal(paper, body.into()),
        None => html!(),
    }
}

/// Prints what [`Paper`] holds.
pub fn print_paper(toast: Notify) {
    wasm_bindgen_futures::spawn_local(async move {
        if let Err(problem) = outside::print_page().await {
            toast.refused(&problem);
        }
    });
}
