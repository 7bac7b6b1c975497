//! What the window may ask of the system around it: print, save a file, show a folder.

use crate::door::Shell;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::CustomerId;
use protocol::start::StartStatus;
use protocol::stripe::{GetBillingPage, GetCardPage};
use protocol::{Ask, ErrorReply};
use serde::Deserialize;
use std::path::PathBuf;
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

/// Names a folder that files are saved into without asking; for tests, where nobody stands before a dialog.
const SAVE_FOLDER: &str = "PERENNIAL_SAVE_FOLDER";

/// Opens the system's print dialog for the page that is shown.
#[tauri::command]
pub fn print_page(window: WebviewWindow) -> Result<(), ErrorReply> {
    window
        .print()
        .map_err(|problem| refused("print_failed", format!("The page could not be printed: {problem}.")))
}

/// Asks where to save and writes the bytes there; answers the path, or nothing where the person cancelled.
///
/// The window never names a path: only the person who stands before the dialog does.
#[tauri::command]
pub async fn save_file(app: AppHandle, name: String, base64: String) -> Result<Option<String>, ErrorReply> {
    let bytes = BASE64_STANDARD
        .decode(base64)
        .map_err(|problem| refused("save_failed", format!("The file could not be read: {problem}.")))?;
    let Some(path) = place(&app, &name).await? else { return Ok(None) };
    tokio::fs::write(&path, bytes).await.map_err(|problem| {
        refused("save_failed", format!("{} was not saved: {problem}. Choose another place.", path.display()))
    })?;
    Ok(Some(path.display().to_string()))
}

/// Where the person wants it; nowhere where they leave the dialog.
async fn place(app: &AppHandle, name: &str) -> Result<Option<PathBuf>, ErrorReply> {
    if let Some(folder) = std::env::var_os(SAVE_FOLDER) {
        return Ok(Some(PathBuf::from(folder).join(plain_name(name))));
    }
    let (chosen, answer) = tokio::sync::oneshot::channel();
    app.dialog().file().set_file_name(plain_name(name)).save_file(move |path| {
        let _ = chosen.send(path);
    });
    let Some(path) = answer.await.ok().flatten() else { return Ok(None) };
    let path = path
        .into_path()
        .map_err(|problem| refused("save_failed", format!("That place cannot be written to: {problem}.")))?;
    Ok(Some(path))
}

/// One of the program's own folders; the window never names a path.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    Data,
    Logs,
}

/// Shows one of the program's folders in the person's file manager: that of the data which is open now.
#[tauri::command]
pub async fn show_folder(app: AppHandle, shell: State<'_, Shell>, folder: Folder) -> Result<(), ErrorReply> {
    let started = shell.answer(Ask { request: StartStatus {}.into(), key: None, approval: None }).await?;
    let path = match folder {
        Folder::Data => &started["data_dir"],
        Folder::Logs => &started["log_dir"],
    };
    let path = path.as_str().unwrap_or_default().to_owned();
    app.opener()
        .open_path(&path, None::<&str>)
        .map_err(|problem| refused("open_failed", format!("{} could not be shown: {problem}.", path)))
}

/// Opens the page that Stripe made for somebody's card in the person's browser; the window never names an address.
#[tauri::command]
pub async fn open_card_page(
    app: AppHandle,
    shell: State<'_, Shell>,
    customer: CustomerId,
) -> Result<(), ErrorReply> {
    let page =
        shell.answer(Ask { request: GetCardPage { customer }.into(), key: None, approval: None }).await?;
    open_page(&app, &page, "No page is open for their card. Ask for one again.")
}

/// Opens Stripe's page of somebody's bills likewise.
#[tauri::command]
pub async fn open_billing_page(
    app: AppHandle,
    shell: State<'_, Shell>,
    customer: CustomerId,
) -> Result<(), ErrorReply> {
    let page =
        shell.answer(Ask { request: GetBillingPage { customer }.into(), key: None, approval: None }).await?;
    open_page(&app, &page, "The page of their bills is closed. Ask for it again.")
}

fn open_page(app: &AppHandle, page: &serde_json::Value, none: &str) -> Result<(), ErrorReply> {
    let url = page["url"].as_str().unwrap_or_default().to_owned();
    if url.is_empty() {
        return Err(refused("no_page", none.to_owned()));
    }
    app.opener().open_url(&url, None::<&str>).map_err(|problem| {
        refused("open_failed", format!("The browser could not be opened: {problem}. Use the code."))
    })
}

/// A name without a folder, so that a suggested name cannot point elsewhere.
fn plain_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '-' } else { c }).collect();
    plain.trim_start_matches('.').trim().chars().take(120).collect()
}

fn refused(code: &str, message: String) -> ErrorReply {
    ErrorReply { code: code.to_owned(), message, details: serde_json::Value::Null }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_name_stays_a_name() {
        assert_eq!(plain_name("../../.bashrc"), "-..-.bashrc");
        assert_eq!(plain_name("Receipt A-12.pdf"), "Receipt A-12.pdf");
        assert_eq!(plain_name("ana: 1/2\n.csv"), "ana- 1-2-.csv");
    }
}
