//! Ids from a number, so that a run can be repeated.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};

/// Makes 128 bits at a time, always the same ones from the same start. They look like a UUID v4 and are no secret.
pub(crate) struct Ids(AtomicU64);

/// The step of SplitMix64: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Ids {
    /// Returns ids that begin with this number and, so that none comes twice, with what a state file has.
    pub(crate) fn new(seed: u64, state: Option<&Path>) -> Self {
        let saved = state.and_then(|path| fs::read(path).ok());
        let mixed = saved.map_or(0, |bytes| {
            let digest = Sha256::digest(&bytes);
            digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
        });
        Self(AtomicU64::new(seed ^ mixed))
    }

    /// Returns the next id.
    pub(crate) fn next(&self) -> u128 {
        let bits = u128::from(self.half()) << 64 | u128::from(self.half());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().as_u128()
    }

    /// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014: SplitMix64.
    fn half(&self) -> u64 {
        let state = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first numbers of the published reference, from 1234567.
        let ids = Ids::new(1_234_567, None);
        let first: Vec<_> = (0..5).map(|_| ids.half()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }
}
