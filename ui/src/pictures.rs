//! Pictures by their hash, fetched when first shown and kept while the window is open.

use crate::bridge;
use protocol::images::ReadImage;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// A practice has a handful; this many of the largest are some 20 MB.
const MOST_KEPT: usize = 32;

thread_local! {
    static KEPT: RefCell<HashMap<String, AttrValue>> = RefCell::default();
}

/// The picture of a hash as a `data:` address, once it is here; the bytes of a hash never change.
#[hook]
pub fn use_picture(hash: Option<String>) -> Option<AttrValue> {
    let arrived = use_state(|| None::<(String, AttrValue)>);
    {
        let arrived = arrived.clone();
        use_effect_with(hash.clone(), move |hash| {
            if let Some(hash) = hash.clone().filter(|hash| kept(hash).is_none()) {
                spawn_local(async move {
                    // What is not on this desk yet is shown as a drawing.
                    if let Ok(image) = bridge::call(ReadImage { hash: hash.clone() }).await {
                        let address =
                            AttrValue::from(format!("data:{};base64,{}", image.media_type, image.base64));
                        keep(&hash, &address);
                        arrived.set(Some((hash, address)));
                    }
                });
            }
        });
    }
    let hash = hash?;
    let just_arrived = || match &*arrived {
        Some((of, address)) if *of == hash => Some(address.clone()),
        _ => None,
    };
    kept(&hash).or_else(just_arrived)
}

fn kept(hash: &str) -> Option<AttrValue> {
    KEPT.with_borrow(|kept| kept.get(hash).cloned())
}

fn keep(hash: &str, address: &AttrValue) {
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(hash.to_owned(), address.clone());
    });
}

#[derive(Properties, PartialEq)]
pub struct LogoProps {
    pub hash: Option<String>,
}

/// The practice's picture, as it stands above a receipt; its name stands beside it in words.
#[component]
pub fn Logo(props: &LogoProps) -> Html {
    let address = use_picture(props.hash.clone());
    html!(<span class="pl-logo">{ for address.map(|address| html!(<img src={address} alt="" />)) }</span>)
}
