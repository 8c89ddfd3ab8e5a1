//! How much a torture run does: [`Measure`].

/// How much of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(crate) orders: usize,
    pub(crate) deliveries: usize,
    pub(crate) kills: usize,
    pub(crate) seed: u64,
}

impl Measure {
    /// Returns what `DOKU_TORTURE` says, and `default` where it says nothing.
    pub(crate) fn read(default: Self) -> Self {
        let mut measure = default;
        for word in std::env::var("DOKU_TORTURE").unwrap_or_default().split_whitespace() {
            let (name, number) = word.split_once('=').expect("DOKU_TORTURE is made of name=number");
            let number: u64 = number.parse().expect("DOKU_TORTURE is made of name=number");
            let size = usize::try_from(number).unwrap();
            match name {
                "orders" => measure.orders = size,
                "deliveries" => measure.deliveries = size,
                "kills" => measure.kills = size,
                "seed" => measure.seed = number,
                _ => panic!("DOKU_TORTURE knows orders, deliveries, kills and seed, not {name}"),
            }
        }
        measure
    }
}
