//! The arrows of ARCHITECTURE.md that must never exist, held against what cargo really links.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use std::collections::{BTreeSet, HashMap};

/// Crates that reach a disk, a network, a clock thread or a window.
const WITH_IO: &[&str] = &[
    "async-std",
    "curl",
    "fantoccini",
    "hyper",
    "hyper-util",
    "isahc",
    "keyring",
    "libsqlite3-sys",
    "mio",
    "polling",
    "reqwest",
    "rusqlite",
    "rustix",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "surf",
    "tauri",
    "tokio",
    "ureq",
    "web-sys",
    "yew",
];

const HTTP_CLIENTS: &[&str] =
    &["attohttpc", "awc", "curl", "hyper", "hyper-util", "isahc", "minreq", "reqwest", "surf", "ureq"];

#[test]
fn domain_reaches_nothing_with_io() {
    assert_reaches_none("domain", WITH_IO);
}

#[test]
fn the_desk_reaches_no_http_client() {
    assert_reaches_none("desk", HTTP_CLIENTS);
}

/// The desk says what is to be sent; who speaks to a mail server is the shell.
#[test]
fn the_desk_reaches_no_mail_server() {
    assert_reaches_none("desk", &["lettre", "post", "rustls"]);
}

/// Who says what is asked of Stripe, and what its answers mean, has no way there: so the desk may know it.
#[test]
fn stripes_language_reaches_no_way_to_stripe() {
    assert_reaches_none("billing", HTTP_CLIENTS);
    assert_reaches_none("billing", &["hyper-rustls", "mio", "rustls", "tokio"]);
}

#[test]
fn the_desk_reaches_no_way_to_stripe() {
    assert_reaches_none("desk", &["wire"]);
}

#[test]
fn the_window_prices_without_the_store() {
    assert_reaches_none("ui", &["store", "desk", "sqlx", "libsqlite3-sys"]);
}

#[test]
fn only_tests_reach_testkit_and_the_double_of_stripe() {
    let metadata = metadata();
    for double in ["testkit", "stripe-double"] {
        for package in metadata.workspace_packages() {
            if package.name.as_str() == double {
                continue;
            }
            let reached = reached(&metadata, &package.name);
            assert!(!reached.contains(double), "{} is built with {double}", package.name);
        }
    }
}

/// The check itself sees: what the shell is known to reach is found.
#[test]
fn an_arrow_that_exists_is_seen() {
    let metadata = metadata();
    let shell = reached(&metadata, "perennial");
    for known in ["domain", "sqlx", "tokio", "tauri"] {
        assert!(shell.contains(known), "{known} is missed");
    }
}

fn assert_reaches_none(package: &str, banned: &[&str]) {
    let reached = reached(&metadata(), package);
    let found: Vec<&&str> = banned.iter().filter(|name| reached.contains(**name)).collect();
    assert!(found.is_empty(), "{package} reaches {found:?}");
}

fn metadata() -> Metadata {
    MetadataCommand::new().exec().expect("cargo metadata")
}

/// The names of everything that is linked into `package`: no dev-dependencies, nothing that only builds.
fn reached(metadata: &Metadata, package: &str) -> BTreeSet<String> {
    let names: HashMap<&PackageId, &str> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let nodes: HashMap<&PackageId, _> = metadata
        .resolve
        .as_ref()
        .expect("a resolved graph")
        .nodes
        .iter()
        .map(|node| (&node.id, node))
        .collect();
    let start = metadata
        .workspace_packages()
        .into_iter()
        .find(|member| member.name.as_str() == package)
        .unwrap_or_else(|| panic!("no package is called {package}"));
    let mut found = BTreeSet::new();
    let mut waiting = vec![&start.id];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in &nodes[id].deps {
            if dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal) {
                found.insert(names[&dependency.pkg].to_owned());
                waiting.push(&dependency.pkg);
            }
        }
    }
    found
}
