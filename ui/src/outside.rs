//! What the window asks of the system around it, through the shell.

use crate::bridge;
use crate::toast::Notify;
use domain::CustomerId;
use protocol::receipt::FileMade;
use protocol::{Call, ErrorReply};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke)]
    async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;
}

/// The program's own folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    Data,
    Logs,
}

/// Opens the system's print dialog for the page that is shown.
pub async fn print_page() -> Result<(), ErrorReply> {
    ask("print_page", &[], "The page was not printed.").await.map(drop)
}

/// Shows a folder in the person's file manager.
pub async fn show_folder(folder: Folder) -> Result<(), ErrorReply> {
    let name = match folder {
        Folder::Data => "data",
        Folder::Logs => "logs",
    };
    ask("show_folder", &[("folder", name.into())], "The folder could not be shown.").await.map(drop)
}

/// Opens the page for somebody's card in the system's browser. The window names whose it is and never an address: the
/// shell reads that from the desk.
pub async fn open_card_page(customer: CustomerId) -> Result<(), ErrorReply> {
    let named = [("customer", customer.to_string().into())];
    let otherwise = "The page could not be opened here. Let them scan the code, or send the link.";
    ask("open_card_page", &named, otherwise).await.map(drop)
}

/// Opens Stripe's page of somebody's bills likewise.
pub async fn open_billing_page(customer: CustomerId) -> Result<(), ErrorReply> {
    let named = [("customer", customer.to_string().into())];
    let otherwise = "The page could not be opened here. Let them scan the code.";
    ask("open_billing_page", &named, otherwise).await.map(drop)
}

/// Asks the person where to keep a file and writes it there; answers the path, or nothing where they left the dialog.
pub async fn save_file(file: FileMade) -> Result<Option<String>, ErrorReply> {
    let named = [("name", file.name.into()), ("base64", file.base64.into())];
    Ok(ask("save_file", &named, "The file was not saved.").await?.as_string())
}

/// Has a file made and lets the person choose where it is kept; the corner says where, or why not.
pub fn keep_file<C: Call<Reply = FileMade> + 'static>(request: C, toast: Notify) {
    wasm_bindgen_futures::spawn_local(async move {
        let saved = match bridge::call(request).await {
            Ok(file) => save_file(file).await,
            Err(refusal) => Err(refusal),
        };
        toast.saved(saved);
    });
}

async fn ask(command: &str, named: &[(&str, JsValue)], otherwise: &str) -> Result<JsValue, ErrorReply> {
    let arguments = js_sys::Object::new();
    for (name, value) in named {
        // Setting a property of a plain object does not fail.
        let _ = js_sys::Reflect::set(&arguments, &(*name).into(), value);
    }
    invoke(command, arguments.into()).await.map_err(|problem| read_refusal(&problem, otherwise))
}

fn read_refusal(problem: &JsValue, otherwise: &str) -> ErrorReply {
    let text = js_sys::JSON::stringify(problem).ok().map(String::from);
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(|| ErrorReply {
        code: "shell".into(),
        message: otherwise.to_owned(),
        details: serde_json::Value::Null,
    })
}
