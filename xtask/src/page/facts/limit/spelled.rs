//! Numbers in words, in English and in Indonesian: `sixty-four`, `enam puluh empat`, `one hundred and twenty-eight`.

const ONES: [(&str, u64); 41] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("satu", 1),
    ("dua", 2),
    ("tiga", 3),
    ("empat", 4),
    ("lima", 5),
    ("enam", 6),
    ("tujuh", 7),
    ("delapan", 8),
    ("sembilan", 9),
    ("sepuluh", 10),
    ("sebelas", 11),
    ("seratus", 100),
    ("seribu", 1000),
    ("sejuta", 1_000_000),
];

/// Returns what a word behind a number multiplies it with.
pub(super) fn scale(word: &str) -> Option<u64> {
    Some(match word {
        "thousand" | "ribu" | "rb" => 1_000,
        "million" | "juta" | "jt" => 1_000_000,
        "billion" | "miliar" | "milyar" => 1_000_000_000,
        _ => return None,
    })
}

/// A number in words, as far as it was read.
pub(super) struct Number {
    /// What the thousands and millions that were said make.
    sum: u64,
    /// What follows them.
    part: u64,
    last: u64,
    words: usize,
}

impl Number {
    /// Reads its first word.
    pub(super) fn new(word: &str) -> Option<Self> {
        let value = ones(word)?;
        Some(match value {
            1_000.. => Self { sum: value, part: 0, last: 0, words: 1 },
            value => Self { sum: 0, part: value, last: value, words: 1 },
        })
    }

    /// Reads another word; says `false` where it only may lead to one, and nothing where it is none of the number.
    pub(super) fn then(&mut self, word: &str) -> Option<bool> {
        if matches!(word, "-" | "and") {
            return (self.last >= 20 || self.part >= 100).then_some(false);
        }
        match word {
            "hundred" | "ratus" => self.part *= 100,
            "puluh" => self.part = self.part / 100 * 100 + self.part % 100 * 10,
            "belas" => self.part += 10,
            word if scale(word).is_some() => {
                self.sum += self.part * scale(word).unwrap_or(1);
                self.part = 0;
            }
            // `twenty` takes `four`, and `hundred` takes either; `four` takes nothing.
            word => {
                let value = ones(word).filter(|value| *value < 1000)?;
                let room = [(100, 100), (10, 10)]
                    .iter()
                    .any(|(step, below)| self.part.is_multiple_of(*step) && value < *below);
                if self.part != 0 && !room {
                    return None;
                }
                self.part += value;
            }
        }
        self.last = self.part;
        self.words += 1;
        Some(true)
    }

    /// Returns the number; `one` alone is a word like others.
    pub(super) fn value(&self) -> Option<u64> {
        let value = self.sum + self.part;
        (self.words > 1 || value > 1).then_some(value)
    }
}

fn ones(word: &str) -> Option<u64> {
    ONES.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}
