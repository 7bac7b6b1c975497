//! The system's keychain itself, behind a session bus: not the stand-in of the other tests.

use std::fs;
use vault::{Keychain, SystemKeychain, Vault, VaultError};

const SERVICE: &str = "app.perennial.desk";

fn vault_in(folder: &std::path::Path) -> Vault {
    Vault::with(folder, Box::new(SystemKeychain), None)
}

/// The account under which the key of a folder is kept.
fn account(folder: &std::path::Path) -> String {
    let file = fs::read_to_string(folder.join("key.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    file["id"].as_str().unwrap().to_owned()
}

#[test]
fn keeps_a_secret_and_replaces_it() {
    assert!(SystemKeychain.answers(), "no keychain answers: run `cargo xtask test keychain`");
    let account = format!("test {}", std::process::id());
    assert!(SystemKeychain.get(&account).unwrap().is_none());
    SystemKeychain.put(&account, "first").unwrap();
    SystemKeychain.put(&account, "second").unwrap();
    assert_eq!(SystemKeychain.get(&account).unwrap().as_deref().map(String::as_str), Some("second"));
    keyring::v1::Entry::new(SERVICE, &account).unwrap().delete_credential().unwrap();
    assert!(SystemKeychain.get(&account).unwrap().is_none());
}

#[test]
fn data_opens_without_a_question_and_again_when_the_program_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (key, _) = vault_in(folder.path()).create(None).unwrap();
    assert_eq!(vault_in(folder.path()).open().unwrap(), Some(key.clone()));
    let kept = SystemKeychain.get(&account(folder.path())).unwrap().unwrap();
    assert_eq!(*kept, *key.hex());
    assert!(!vault_in(folder.path()).has_passphrase());
}

#[test]
fn a_reset_keychain_asks_once_and_takes_the_recovery_key() {
    let folder = tempfile::tempdir().unwrap();
    let (key, old) = vault_in(folder.path()).create(None).unwrap();
    let new = vault_in(folder.path()).renew_recovery_key(&key).unwrap();
    keyring::v1::Entry::new(SERVICE, &account(folder.path())).unwrap().delete_credential().unwrap();

    assert_eq!(vault_in(folder.path()).open().unwrap(), None);
    let refused = vault_in(folder.path()).unlock(&old.groups().concat());
    assert!(matches!(refused, Err(VaultError::WrongSecret)), "the old recovery key");
    assert_eq!(vault_in(folder.path()).open().unwrap(), None);
    assert_eq!(vault_in(folder.path()).unlock(&new.groups().concat()).unwrap(), key);
    assert_eq!(vault_in(folder.path()).open().unwrap(), Some(key), "it is in the keychain again");
}

#[test]
fn an_entry_that_somebody_overwrote_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    vault_in(folder.path()).create(None).unwrap();
    SystemKeychain.put(&account(folder.path()), &"00".repeat(32)).unwrap();
    assert_eq!(vault_in(folder.path()).open().unwrap(), None);
}
