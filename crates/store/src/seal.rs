//! Sealing of personal payloads under a key per customer, so that destroying the key erases the person
//! while every chain of hashes still verifies.

use crate::{Result, StoreError};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// The first byte of a sealed body; a JSON body begins with `{`.
const SEALED: u8 = 1;
const NONCE: usize = 24;

/// 32 random bytes that seal one customer's personal payloads.
#[derive(Clone)]
pub struct CustomerKey([u8; 32]);

impl CustomerKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn fresh() -> Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| StoreError::Random(error.to_string()))?;
        Ok(Self(key))
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plain`, bound to the record's id so that it cannot be moved to another.
    pub fn seal(&self, record: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| StoreError::Random(error.to_string()))?;
        let sealed = XChaCha20Poly1305::new((&self.0).into())
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: record })
            .map_err(|_| StoreError::Unreadable {
                what: "a payload".into(),
                why: "it could not be sealed".into(),
            })?;
        let mut body = Vec::with_capacity(1 + NONCE + sealed.len());
        body.push(SEALED);
        body.extend_from_slice(&nonce);
        body.extend_from_slice(&sealed);
        Ok(body)
    }

    pub fn open(&self, record: &[u8], body: &[u8]) -> Result<Vec<u8>> {
        let unreadable = || StoreError::Unreadable {
            what: "a sealed payload".into(),
            why: "its key does not open it".into(),
        };
        let nonce = body.get(1..1 + NONCE).ok_or_else(unreadable)?;
        XChaCha20Poly1305::new((&self.0).into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg: &body[1 + NONCE..], aad: record })
            .map_err(|_| unreadable())
    }
}

pub fn is_sealed(body: &[u8]) -> bool {
    body.first() == Some(&SEALED)
}
