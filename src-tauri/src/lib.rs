//! The shell around the desk: one window, one door, the keychain. No rule of the business is here.

mod arguments;
mod biller;
mod door;
mod outside;
mod postman;

use arguments::Arguments;
use door::Shell;
use tauri::Manager;

/// Set to anything, a second program may run beside the first; tests need that.
const NO_SINGLE_INSTANCE: &str = "PERENNIAL_NO_SINGLE_INSTANCE";

/// Opens the window and stays until it is closed.
pub fn run() {
    let arguments = match Arguments::read(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}");
            std::process::exit(2);
        }
    };
    let mut builder = tauri::Builder::default();
    // Two windows on two folders do not disturb each other; only the usual folder is guarded.
    if arguments.data.is_none() && std::env::var_os(NO_SINGLE_INSTANCE).is_none() {
        // The first plugin of all, so that a second program ends before it opened anything.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            if let Some(window) = app.get_webview_window("main") {
                let _ = window.unminimize();
                let _ = window.set_focus();
            }
        }));
    }
    let log = tauri_plugin_log::Builder::new()
        // Some dependencies tell their whole conversation with the keychain at Info.
        .level(log::LevelFilter::Warn)
        .level_for("perennial_shell", log::LevelFilter::Info)
        .level_for("desk", log::LevelFilter::Info)
        .level_for("store", log::LevelFilter::Info)
        .level_for("vault", log::LevelFilter::Info)
        .build();
    let result = builder
        .plugin(log)
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .setup(move |app| {
            let data = match arguments.data {
                Some(folder) => folder,
                None => app.path().app_data_dir()?,
            };
            let logs = app.path().app_log_dir()?;
            app.manage(Shell::new(data, logs, app.package_info().version.to_string())?);
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![
            door::call,
            outside::print_page,
            outside::save_file,
            outside::show_folder,
            outside::open_card_page,
            outside::open_billing_page,
        ])
        .run(tauri::generate_context!());
    if let Err(problem) = result {
        eprintln!("Perennial could not open its window: {problem}");
        std::process::exit(1);
    }
}
