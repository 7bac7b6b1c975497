//! One of many: typed to narrow, chosen with the arrows.

use crate::components::field::{Field, control_value, use_control_id};
use crate::components::menu::{Place, use_outside_press};
use crate::components::text::Icon;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// More would not be read; typing narrows.
const MOST_SHOWN: usize = 60;

#[derive(Properties, PartialEq)]
pub struct ComboProps<T: Clone + PartialEq + 'static> {
    pub label: AttrValue,
    pub options: Vec<(T, AttrValue)>,
    pub selected: Option<T>,
    pub onselect: Callback<T>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub wide: bool,
}

/// The places of the options that hold every typed word, those beginning with it first.
fn matching(words: &[AttrValue], text: &str) -> Vec<usize> {
    let plain = |text: &str| text.to_lowercase().replace('_', " ");
    let text = plain(text.trim());
    let parts: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<usize> =
        (0..words.len()).filter(|at| parts.iter().all(|part| plain(&words[*at]).contains(part))).collect();
    found.sort_by_key(|at| !plain(&words[*at]).starts_with(&text));
    found.truncate(MOST_SHOWN);
    found
}

#[component]
pub fn Combo<T: Clone + PartialEq + 'static>(props: &ComboProps<T>) -> Html {
    let id = use_control_id(props.id.clone());
    let typed = use_state(|| None::<String>);
    let at = use_state(|| 0_usize);
    let open = use_state(|| None::<Place>);
    let (node, list) = (use_node_ref(), use_node_ref());
    let words: Vec<AttrValue> = props.options.iter().map(|(_, words)| words.clone()).collect();
    let chosen = props.options.iter().find(|(value, _)| Some(value) == props.selected.as_ref());
    let shown = typed
        .as_ref()
        .cloned()
        .unwrap_or_else(|| chosen.map(|(_, words)| words.to_string()).unwrap_or_default());
    let found = matching(&words, typed.as_deref().unwrap_or_default());
    let close = {
        let (open, typed) = (open.clone(), typed.clone());
        Callback::from(move |()| {
            open.set(None);
            typed.set(None);
        })
    };
    use_outside_press(vec![node.clone(), list.clone()], close.clone());
    {
        let list = list.clone();
        use_effect_with((*at, open.is_some()), move |(at, _)| {
            if let Some(Ok(Some(row))) =
                list.cast::<Element>().map(|list| list.query_selector(&format!("[data-at='{at}']")))
            {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let choose = {
        let (options, onselect, close) = (props.options.clone(), props.onselect.clone(), close.clone());
        Callback::from(move |index: usize| {
            close.emit(());
            if let Some((value, _)) = options.get(index) {
                onselect.emit(value.clone());
            }
        })
    };
    let oninput = {
        let (typed, at, open, node) = (typed.clone(), at.clone(), open.clone(), node.clone());
        Callback::from(move |event: InputEvent| {
            typed.set(Some(control_value(&event)));
            at.set(0);
            open.set(Place::under(&node, true));
        })
    };
    let show = {
        let (open, node) = (open.clone(), node.clone());
        Callback::from(move |event: MouseEvent| {
            open.set(Place::under(&node, true));
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                input.select();
            }
        })
    };
    let onkeydown = {
        let (at, open, node, found, choose, close) =
            (at.clone(), open.clone(), node.clone(), found.clone(), choose.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            let last = found.len().saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" if open.is_none() => open.set(Place::under(&node, true)),
                "ArrowDown" => at.set(if *at >= last { 0 } else { *at + 1 }),
                "ArrowUp" => at.set(if *at == 0 { last } else { *at - 1 }),
                "Enter" if open.is_some() => {
                    if let Some(index) = found.get(*at) {
                        choose.emit(*index);
                    }
                }
                "Escape" if open.is_some() => close.emit(()),
                "Tab" => {
                    close.emit(());
                    return;
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let described = (props.error.is_some() || !props.help.is_empty()).then(|| format!("{id}-help"));
    let list_id = format!("{id}-list");
    let popup = open.as_ref().map(|place| {
        let popup = html! {
            <div ref={list} class="pf-v6-c-menu pl-menu pl-combo" style={place.style()}>
                <ul id={list_id.clone()} class="pl-plainlist" role="listbox" aria-label={props.label.clone()}>
                    if found.is_empty() { <li class="pl-subtle pl-found-nothing" role="presentation">{ "Nothing matches" }</li> }
                    { for found.iter().enumerate().map(|(row, index)| {
                        let onclick = { let (choose, index) = (choose.clone(), *index); Callback::from(move |_: MouseEvent| choose.emit(index)) };
                        html! {
                            <li id={format!("{id}-{row}")} data-at={row.to_string()} class={classes!("pl-found-row", (row == *at).then_some("pl-found-row--on"))} role="option"
                                aria-selected={(row == *at).to_string()} {onclick}>{ &words[*index] }</li>
                        }
                    }) }
                </ul>
            </div>
        };
        match web_sys::window().and_then(|window| window.document()?.body()) {
            Some(body) => create_portal(popup, body.into()),
            None => popup,
        }
    });
    html! {
        <Field label={props.label.clone()} of={id.clone()} required={props.required} help={props.help.clone()} error={props.error.clone()} wide={props.wide}>
            <span ref={node} class={classes!("pf-v6-c-form-control", "pl-combo-field", props.error.is_some().then_some("pf-m-error"))}>
                <input id={id.clone()} type="text" role="combobox" autocomplete="off" spellcheck="false" aria-expanded={open.is_some().to_string()}
                    aria-controls={list_id} aria-autocomplete="list" aria-activedescendant={(open.is_some() && !found.is_empty()).then(|| format!("{id}-{}", *at))}
                    aria-invalid={props.error.is_some().then_some("true")} aria-describedby={described} placeholder={props.placeholder.clone()} value={shown}
                    {oninput} onclick={show} {onkeydown} />
                <span class="pl-combo-caret"><Icon name="caret-down" /></span>
            </span>
            { for popup }
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_narrows_and_beginnings_come_first() {
        let words: Vec<AttrValue> = ["Africa/Lagos", "America/New_York", "Asia/Tokyo", "New Zealand dollar"]
            .map(AttrValue::from)
            .to_vec();
        assert_eq!(matching(&words, "new"), [3, 1]);
        assert_eq!(matching(&words, "new york"), [1]);
        assert_eq!(matching(&words, "").len(), 4);
        assert!(matching(&words, "zz").is_empty());
    }
}
