//! The recovery key: 160 random bits that a person keeps on paper.

use crate::VaultError;
use zeroize::Zeroizing;

/// No 0, 1, I or O: they are misread on paper.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const GROUPS: usize = 8;
const GROUP_LENGTH: usize = 4;

/// Eight groups of four characters, shown once and stored nowhere in clear.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryKey(Zeroizing<String>);

impl RecoveryKey {
    pub(crate) fn fresh() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0_u8; GROUPS * GROUP_LENGTH]);
        getrandom::fill(&mut *bytes).map_err(|_| VaultError::NoRandomness)?;
        // The alphabet has 32 characters, so the low five bits of a random byte choose one without bias.
        Ok(Self(Zeroizing::new(
            bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect(),
        )))
    }

    /// What a person typed, in any case, with or without spaces and dashes.
    pub fn parse(text: &str) -> Option<Self> {
        let typed: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(|c| !c.is_whitespace() && *c != '-')
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        );
        let fits = typed.len() == GROUPS * GROUP_LENGTH && typed.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(typed))
    }

    pub fn groups(&self) -> Vec<String> {
        (0..GROUPS).map(|n| self.0[n * GROUP_LENGTH..(n + 1) * GROUP_LENGTH].to_owned()).collect()
    }

    /// A wrapping key; 160 random bits need no slow derivation.
    pub(crate) fn wrapping_key(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key("app.perennial.desk 2026 recovery key", self.0.as_bytes()))
    }
}

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryKey(..)")
    }
}
