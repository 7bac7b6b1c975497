//! Embeds the front end, after making sure there is a folder to embed.

use std::{fs, path::Path};

/// What a window shows when the program was built before its front end.
const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Perennial</title>\
    <h1>The front end is not built</h1><p>Run <code>cargo xtask run</code>.</p></html>";

fn main() {
    // A fresh clone must compile with plain cargo, before the front end was ever built.
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist").expect("create ui/dist");
        fs::write(page, PLACEHOLDER).expect("write ui/dist/index.html");
    }
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::build();
}
