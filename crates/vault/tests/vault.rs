//! Making, opening and losing the key of a data folder.

use std::{
    collections::HashMap,
    fs,
    sync::{Arc, Mutex},
};
use vault::{Keychain, KeychainError, NoKeychain, Vault, VaultError};
use zeroize::Zeroizing;

/// A keychain that a test can look into and reset.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<HashMap<String, String>>>);

impl Keychain for Shelf {
    fn answers(&self) -> bool {
        true
    }

    fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
        Ok(self.0.lock().unwrap().get(account).cloned().map(Zeroizing::new))
    }

    fn put(&self, account: &str, secret: &str) -> Result<(), KeychainError> {
        self.0.lock().unwrap().insert(account.to_owned(), secret.to_owned());
        Ok(())
    }
}

const PASSPHRASE: &str = "correct horse battery";

#[test]
fn with_a_keychain_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(Shelf::default()), None);
    let (key, _) = vault.create(None).unwrap();
    assert_eq!(vault.open().unwrap(), Some(key));
}

#[test]
fn a_reset_keychain_is_filled_again_by_the_recovery_key() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::default();
    let vault = Vault::with(folder.path(), Box::new(shelf.clone()), None);
    let (key, recovery) = vault.create(None).unwrap();
    shelf.0.lock().unwrap().clear();
    assert_eq!(vault.open().unwrap(), None, "locked until someone brings the recovery key");

    let typed = recovery.groups().join(" ").to_lowercase();
    assert_eq!(vault.unlock(&typed).unwrap(), key);
    assert_eq!(vault.open().unwrap(), Some(key), "and not asked again");
}

#[test]
fn two_folders_have_keys_of_their_own_in_one_keychain() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shelf = Shelf::default();
    let one = Vault::with(here.path(), Box::new(shelf.clone()), None);
    let other = Vault::with(there.path(), Box::new(shelf), None);
    let (first, _) = one.create(None).unwrap();
    let (second, _) = other.create(None).unwrap();
    assert_ne!(first, second);
    assert_eq!(one.open().unwrap(), Some(first));
    assert_eq!(other.open().unwrap(), Some(second));
}

#[test]
fn a_keychain_entry_of_another_key_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::default();
    let vault = Vault::with(folder.path(), Box::new(shelf.clone()), None);
    vault.create(None).unwrap();
    for secret in shelf.0.lock().unwrap().values_mut() {
        *secret = "00".repeat(32);
    }
    assert_eq!(vault.open().unwrap(), None);
}

#[test]
fn without_a_keychain_a_passphrase_is_needed_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    assert!(matches!(vault.create(None), Err(VaultError::PassphraseNeeded)));
    assert!(matches!(vault.create(Some("short")), Err(VaultError::PassphraseLength)));
    assert!(!vault.exists(), "a refused creation leaves nothing behind");

    let (key, recovery) = vault.create(Some(PASSPHRASE)).unwrap();
    assert_eq!(vault.open().unwrap(), None);
    assert_eq!(vault.unlock(PASSPHRASE).unwrap(), key);
    assert_eq!(vault.unlock(&recovery.groups().concat()).unwrap(), key);
}

#[test]
fn a_wrong_passphrase_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    vault.create(Some(PASSPHRASE)).unwrap();
    let before = fs::read(folder.path().join("key.json")).unwrap();
    for wrong in ["", "correct horse batterz", "ABCD EFGH JKLM NPQR STUV WXYZ 2345 6789"] {
        assert!(matches!(vault.unlock(wrong), Err(VaultError::WrongSecret)), "{wrong:?}");
    }
    assert_eq!(fs::read(folder.path().join("key.json")).unwrap(), before);
}

#[test]
fn a_passphrase_file_opens_where_nobody_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    let vault = Vault::with(&folder.path().join("data"), Box::new(NoKeychain), Some(file.clone()));
    let (key, _) = vault.create(None).unwrap();
    assert_eq!(vault.open().unwrap(), Some(key));
    fs::write(&file, "another passphrase\n").unwrap();
    assert!(matches!(vault.open(), Err(VaultError::WrongSecret)));
}

#[test]
fn the_key_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(Shelf::default()), None);
    let (key, recovery) = vault.create(Some(PASSPHRASE)).unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for secret in [key.hex().as_str(), PASSPHRASE, &recovery.groups().concat()] {
            assert!(!text.contains(secret));
        }
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_key_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    Vault::with(folder.path(), Box::new(NoKeychain), None).create(Some(PASSPHRASE)).unwrap();
    let mode = fs::metadata(folder.path().join("key.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_key_is_made_once_and_a_damaged_or_missing_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    assert!(matches!(vault.open(), Err(VaultError::KeyFileMissing(_))));
    vault.create(Some(PASSPHRASE)).unwrap();
    assert!(matches!(vault.create(Some(PASSPHRASE)), Err(VaultError::AlreadyExists(_))));
    fs::write(folder.path().join("key.json"), "{\"version\":1}").unwrap();
    assert!(matches!(vault.unlock(PASSPHRASE), Err(VaultError::KeyFileDamaged { .. })));
}

#[test]
fn made_up_data_opens_without_asking_and_leaves_the_keychain_alone() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::default();
    let vault = Vault::with(folder.path(), Box::new(shelf.clone()), None);
    let key = vault.create_for_demo().unwrap();
    assert!(vault.is_made_up());
    assert_eq!(vault.open().unwrap(), Some(key));
    assert!(shelf.0.lock().unwrap().is_empty());
}

#[test]
fn data_without_its_key_file_is_not_taken_for_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(Shelf::default()), None);
    fs::write(vault.database(), "data").unwrap();
    assert!(vault.exists());
    assert!(matches!(vault.open(), Err(VaultError::KeyFileMissing(_))));
    assert!(matches!(vault.create(None), Err(VaultError::AlreadyExists(_))));
}

#[test]
fn a_new_recovery_key_takes_the_place_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    let (key, old) = vault.create(Some(PASSPHRASE)).unwrap();
    let new = vault.renew_recovery_key(&key).unwrap();
    assert_ne!(new, old);
    assert!(matches!(vault.unlock(&old.groups().concat()), Err(VaultError::WrongSecret)));
    assert_eq!(vault.unlock(&new.groups().concat()).unwrap(), key);
    assert_eq!(vault.unlock(PASSPHRASE).unwrap(), key, "the passphrase is as it was");
}

#[test]
fn the_key_of_other_data_makes_no_recovery_key_here() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = Vault::with(here.path(), Box::new(NoKeychain), None);
    let (key, recovery) = vault.create(Some(PASSPHRASE)).unwrap();
    let (other, _) = Vault::with(there.path(), Box::new(NoKeychain), None).create(Some(PASSPHRASE)).unwrap();
    assert!(matches!(vault.renew_recovery_key(&other), Err(VaultError::WrongSecret)));
    assert_eq!(vault.unlock(&recovery.groups().concat()).unwrap(), key);
}

#[test]
fn a_changed_passphrase_opens_and_the_one_before_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    let (key, recovery) = vault.create(Some(PASSPHRASE)).unwrap();
    let new = "staple, pony and light";
    assert!(matches!(vault.change_passphrase("a guess of mine", new), Err(VaultError::WrongPassphrase)));
    assert!(matches!(vault.change_passphrase(PASSPHRASE, "short"), Err(VaultError::PassphraseLength)));
    let by_recovery_key = vault.change_passphrase(&recovery.groups().concat(), new);
    assert!(matches!(by_recovery_key, Err(VaultError::WrongPassphrase)));
    assert_eq!(vault.unlock(PASSPHRASE).unwrap(), key, "nothing was changed so far");

    vault.change_passphrase(PASSPHRASE, new).unwrap();
    assert!(matches!(vault.unlock(PASSPHRASE), Err(VaultError::WrongSecret)));
    assert_eq!(vault.unlock(new).unwrap(), key);
    assert_eq!(vault.unlock(&recovery.groups().concat()).unwrap(), key);
}

#[test]
fn where_only_a_keychain_guards_there_is_no_passphrase_to_change() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(Shelf::default()), None);
    vault.create(None).unwrap();
    assert!(!vault.has_passphrase());
    assert!(matches!(vault.change_passphrase("", PASSPHRASE), Err(VaultError::NoPassphrase)));
}

#[test]
fn made_up_data_keeps_the_key_that_everyone_has() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    let key = vault.create_for_demo().unwrap();
    assert!(matches!(vault.renew_recovery_key(&key), Err(VaultError::MadeUp)));
    assert!(matches!(vault.change_passphrase(vault::DEMO_PASSPHRASE, PASSPHRASE), Err(VaultError::MadeUp)));
}

const STRIPE_KEY: &str = "rk_test_51AbCdEfGh1234";

#[test]
fn what_else_is_kept_lies_in_the_keychain_under_names_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::default();
    let vault = Vault::with(folder.path(), Box::new(shelf.clone()), None);
    let (key, _) = vault.create(None).unwrap();
    assert_eq!(vault.stripe_key(&key).unwrap(), None);
    vault.keep_mail_password(&key, "tulips").unwrap();
    vault.keep_stripe_key(&key, STRIPE_KEY).unwrap();
    assert_eq!(vault.mail_password(&key).unwrap().unwrap().as_str(), "tulips");
    assert_eq!(vault.stripe_key(&key).unwrap().unwrap().as_str(), STRIPE_KEY);
    let mut names: Vec<String> =
        shelf.0.lock().unwrap().keys().filter_map(|name| Some(name.split_once(' ')?.1.to_owned())).collect();
    names.sort();
    assert_eq!(names, ["mail", "stripe"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but key.json");

    vault.keep_stripe_key(&key, "").unwrap();
    assert_eq!(vault.stripe_key(&key).unwrap(), None);
    assert_eq!(vault.mail_password(&key).unwrap().unwrap().as_str(), "tulips");
    assert_eq!(vault.open().unwrap(), Some(key), "the key of the data is another entry");
}

#[test]
fn without_a_keychain_it_is_sealed_beside_the_data_and_opens_with_its_key_alone() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vault = Vault::with(folder.path(), Box::new(NoKeychain), None);
    let (key, _) = vault.create(Some(PASSPHRASE)).unwrap();
    vault.keep_mail_password(&key, "tulips").unwrap();
    vault.keep_stripe_key(&key, STRIPE_KEY).unwrap();
    for name in ["mail.key", "stripe.key"] {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        let bytes = hex::decode(&text).unwrap();
        for secret in ["tulips", STRIPE_KEY] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found && !text.contains(secret), "{name}");
        }
    }
    assert_eq!(vault.mail_password(&key).unwrap().unwrap().as_str(), "tulips");
    assert_eq!(vault.stripe_key(&key).unwrap().unwrap().as_str(), STRIPE_KEY);

    // One is not taken for the other, and the key of other data opens neither.
    let (stranger, _) =
        Vault::with(other.path(), Box::new(NoKeychain), None).create(Some(PASSPHRASE)).unwrap();
    assert_eq!(vault.stripe_key(&stranger).unwrap(), None);
    fs::copy(folder.path().join("mail.key"), folder.path().join("stripe.key")).unwrap();
    assert_eq!(vault.stripe_key(&key).unwrap(), None);

    vault.keep_stripe_key(&key, "").unwrap();
    assert!(!folder.path().join("stripe.key").exists());
    assert_eq!(vault.mail_password(&key).unwrap().unwrap().as_str(), "tulips");
}

#[test]
fn made_up_data_keeps_its_stripe_key_out_of_the_keychain() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::default();
    let vault = Vault::with(folder.path(), Box::new(shelf.clone()), None);
    let key = vault.create_for_demo().unwrap();
    vault.keep_stripe_key(&key, STRIPE_KEY).unwrap();
    assert!(shelf.0.lock().unwrap().is_empty());
    assert_eq!(vault.stripe_key(&key).unwrap().unwrap().as_str(), STRIPE_KEY);
}
