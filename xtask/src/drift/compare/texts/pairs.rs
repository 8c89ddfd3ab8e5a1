//! Which text of one reading is which of the other.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::{TextChanges, hashes};
use crate::page::Entry;

/// How large a comparison of each with each may be.
const LARGE: usize = 4_000_000;

impl TextChanges<'_> {
    /// Pairs the longest common sequence.
    pub(super) fn pair_in_order(&mut self, free: &mut [bool]) {
        let key = |entry: &Entry| hashes(&entry.value).next().map(str::to_owned);
        let old: Vec<_> = (0..self.before.len()).filter(|at| !self.taken[0].contains(at)).collect();
        let new: Vec<_> = (0..self.now.len()).filter(|at| free[*at]).collect();
        let (one, other): (Vec<_>, Vec<_>) =
            (old.iter().map(|at| key(&self.before[*at])).collect(), new.iter().map(|at| key(&self.now[*at])).collect());
        let head = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
        let rest = one.len().min(other.len()) - head;
        let tail = one.iter().rev().zip(other.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
        let mut pairs: Vec<_> = (0..head).map(|at| (at, at)).collect();
        pairs.extend((1..=tail).map(|back| (one.len() - back, other.len() - back)));
        let (middle, centre) = (&one[head..one.len() - tail], &other[head..other.len() - tail]);
        if middle.len() * centre.len() <= LARGE {
            pairs.extend(common(middle, centre).into_iter().map(|(row, column)| (row + head, column + head)));
        }
        for (row, column) in pairs {
            self.partners[old[row]] = Some(new[column]);
            free[new[column]] = false;
        }
    }

    /// Pairs what is left, wherever it stands.
    pub(super) fn pair_anywhere(&mut self, free: &mut [bool], keys: fn(&Value) -> Vec<&str>) {
        let mut places = HashMap::<&str, VecDeque<usize>>::new();
        for at in (0..self.now.len()).filter(|at| free[*at]) {
            keys(&self.now[at].value).into_iter().for_each(|key| places.entry(key).or_default().push_back(at));
        }
        for (at, old) in self.before.iter().enumerate() {
            if self.partners[at].is_some() || self.taken[0].contains(&at) {
                continue;
            }
            for key in keys(&old.value) {
                let Some(queue) = places.get_mut(key) else { continue };
                while queue.front().is_some_and(|new| !free[*new]) {
                    queue.pop_front();
                }
                if let Some(new) = queue.pop_front() {
                    self.partners[at] = Some(new);
                    free[new] = false;
                    break;
                }
            }
        }
    }

    /// Returns for each text of `before` the place in `now` of the nearest paired text above it.
    pub(super) fn above(&self) -> Vec<Option<usize>> {
        let mut above = None;
        let next = |partner: &Option<usize>| {
            let now = above;
            above = partner.or(above);
            now
        };
        self.partners.iter().map(next).collect()
    }
    pub(super) fn above_now(&self) -> Vec<Option<usize>> {
        let paired: HashSet<_> = self.partners.iter().flatten().collect();
        let mut above = None;
        let next = |at: usize| {
            let now = above;
            above = if paired.contains(&at) { Some(at) } else { above };
            now
        };
        (0..self.now.len()).map(next).collect()
    }
}

/// Returns the pairs of the longest common sequence.
fn common(one: &[Option<String>], other: &[Option<String>]) -> Vec<(usize, usize)> {
    let (rows, columns) = (one.len(), other.len());
    let mut lengths = vec![vec![0_u32; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            lengths[row][column] = if one[row] == other[column] {
                lengths[row + 1][column + 1] + 1
            } else {
                lengths[row + 1][column].max(lengths[row][column + 1])
            };
        }
    }
    let (mut pairs, mut row, mut column) = (Vec::new(), 0, 0);
    while row < rows && column < columns {
        if one[row] == other[column] {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if lengths[row + 1][column] >= lengths[row][column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}
