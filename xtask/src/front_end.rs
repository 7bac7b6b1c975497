//! Building `ui/dist`: the wasm program, its loader, PatternFly's style and fonts, and the page.

use crate::{
    command::{cargo, program, run},
    root, target,
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};
use wasm_bindgen_cli_support::Bindgen;

/// How much time is spent on making the program small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Built in seconds; for tests and for looking at pages.
    Quick,
    /// Optimized for size; for what is shipped and measured.
    Small,
}

impl Size {
    pub fn of(arguments: &[String]) -> Self {
        if arguments.iter().any(|word| word == "--release") { Self::Small } else { Self::Quick }
    }

    fn profile(self) -> &'static str {
        match self {
            Self::Quick => "wasm-dev",
            Self::Small => "wasm-release",
        }
    }
}

/// Brings `ui/dist` up to date; where nothing changed, nothing is written.
pub fn build(size: Size) -> Result<()> {
    let profile = size.profile();
    run(cargo()
        .args(["build", "--quiet", "--package", "ui", "--target", "wasm32-unknown-unknown"])
        .args(["--profile", profile]))?;
    let wasm = target().join("wasm32-unknown-unknown").join(profile).join("ui.wasm");
    let dist = root().join("ui/dist");
    let stamp = dist.join("built");
    if fresh(&stamp, profile, &wasm)? {
        return Ok(());
    }
    fs::create_dir_all(&dist)?;
    Bindgen::new().input_path(&wasm).web(true)?.typescript(false).generate(&dist)?;
    if size == Size::Small {
        shrink(&dist.join("ui_bg.wasm"))?;
    }
    copy_patternfly(&dist)?;
    copy_folder(&root().join("ui/static"), &dist)?;
    copy_manual_pictures(&dist)?;
    fs::copy(root().join("ui/index.html"), dist.join("index.html"))?;
    Ok(fs::write(stamp, profile)?)
}

/// Whether `ui/dist` is of this profile and newer than everything it is made of.
fn fresh(stamp: &Path, profile: &str, wasm: &Path) -> Result<bool> {
    if !fs::read_to_string(stamp).is_ok_and(|built| built == profile) {
        return Ok(false);
    }
    let made = modified(stamp)?;
    let mut inputs = vec![wasm.to_owned(), root().join("ui/index.html"), root().join("ui/package-lock.json")];
    for entry in fs::read_dir(root().join("ui/static"))? {
        inputs.push(entry?.path());
    }
    for input in inputs {
        if modified(&input)? > made {
            return Ok(false);
        }
    }
    Ok(true)
}

fn modified(path: &Path) -> Result<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).with_context(|| format!("{}", path.display()))
}

fn shrink(wasm: &Path) -> Result<()> {
    // The features are those that the compiler uses by default since it moved to LLVM 20.
    run(program("node")
        .arg(root().join("ui/node_modules/binaryen/bin/wasm-opt"))
        .args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext"])
        .args(["--enable-mutable-globals", "--enable-reference-types", "--enable-multivalue"])
        .args([wasm, Path::new("-o"), wasm]))
}

/// The style sheet and the fonts it names; the pictures PatternFly ships are not used.
fn copy_patternfly(dist: &Path) -> Result<()> {
    let patternfly = root().join("ui/node_modules/@patternfly/patternfly");
    fs::copy(patternfly.join("patternfly.min.css"), dist.join("patternfly.min.css"))?;
    for folder in ["assets/fonts", "assets/pficon"] {
        copy_folder(&patternfly.join(folder), &dist.join(folder))?;
    }
    Ok(())
}

/// The pictures that the manual names, where the tests' run has made them.
fn copy_manual_pictures(dist: &Path) -> Result<()> {
    let manual = fs::read_to_string(root().join("docs/manual.md")).context("docs/manual.md")?;
    let made = root().join("artifacts/window/light-1280x800");
    let folder = dist.join("manual");
    fs::create_dir_all(&folder)?;
    let named =
        manual.lines().filter_map(|line| line.strip_prefix("![")?.strip_suffix(')')?.split_once("]("));
    for (_, file) in named {
        if made.join(file).exists() {
            fs::copy(made.join(file), folder.join(file))?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{}", from.display()))? {
        let entry = entry?;
        let copy: PathBuf = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}
