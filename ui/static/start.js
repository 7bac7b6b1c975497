// Loads the program. A file of its own because the window's policy forbids inline scripts.
import init from "/ui.js";

await init({ module_or_path: "/ui_bg.wasm" });
