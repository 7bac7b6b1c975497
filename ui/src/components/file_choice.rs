//! Choosing a file: by the system's dialog, or dropped on a box.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use protocol::images::LARGEST_FILE;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, HtmlInputElement};
use yew::prelude::*;

/// What a box with a hidden file field needs; see [`use_file_choice`].
#[derive(Clone, PartialEq)]
pub struct FileChoice {
    /// Of the hidden field.
    pub input: NodeRef,
    /// A file is held over the box.
    pub over: bool,
    /// Opens the system's dialog.
    pub choose: Callback<()>,
    pub onchange: Callback<Event>,
    pub ondrop: Callback<DragEvent>,
    pub ondragover: Callback<DragEvent>,
    pub ondragleave: Callback<DragEvent>,
}

/// Hands on the file that is chosen or dropped.
#[hook]
pub fn use_file_choice(take: Callback<File>) -> FileChoice {
    let input = use_node_ref();
    let over = use_state(|| false);
    let choose = {
        let input = input.clone();
        Callback::from(move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                take.emit(file);
            }
            // The same file can then be chosen again, after it was changed.
            input.set_value("");
        })
    };
    let ondrop = {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            if let Some(file) = event.data_transfer().and_then(|dropped| dropped.files()?.get(0)) {
                take.emit(file);
            }
        })
    };
    let hover = |on: bool| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(on);
        })
    };
    let (ondragover, ondragleave) = (hover(true), hover(false));
    FileChoice { input, over: *over, choose, onchange, ondrop, ondragover, ondragleave }
}

/// A picture's file as the door takes it, or why it cannot be sent.
pub async fn base64_of(file: File) -> Result<String, String> {
    if file.size() > LARGEST_FILE as f64 {
        return Err(format!(
            "The file is larger than {} MB. Choose a smaller picture.",
            LARGEST_FILE / 1024 / 1024
        ));
    }
    let unread = |_| "The file could not be read. Choose another.".to_owned();
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(unread)?;
    Ok(BASE64_STANDARD.encode(js_sys::Uint8Array::new(&buffer).to_vec()))
}
