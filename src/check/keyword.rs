//! The two exact rules that JSON Schema has no keyword for: decimal places, and the sum over the line items.

use jsonschema::{Keyword, ValidationError, paths::Location};
use serde_json::{Map, Value};

use crate::message::{
    json::{DocumentJson, Instance, Value as Node},
    money::Decimal,
};

/// The only number of decimals that money has here.
pub(super) const DECIMAL_PLACES: u64 = 2;

type Compiled<'a> = Result<Box<dyn for<'i> Keyword<'i, DocumentJson>>, ValidationError<'a>>;

/// Compiles `x-decimal-places: 2`: a number has no more decimals than that, read from its digits.
pub(super) fn decimal_places<'a>(_: &'a Map<String, Value>, places: &'a Value, _: Location) -> Compiled<'a> {
    if places.as_u64() == Some(DECIMAL_PLACES) {
        Ok(Box::new(DecimalPlaces))
    } else {
        Err(ValidationError::custom("x-decimal-places must be 2"))
    }
}

/// Compiles `x-sum: {total, items, factors}`: the products of the factors add up to the total, exactly.
pub(super) fn sum<'a>(_: &'a Map<String, Value>, rule: &'a Value, _: Location) -> Compiled<'a> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let parts = || {
        let factors = rule["factors"].as_array()?;
        Some(Sum {
            total: text(&rule["total"])?,
            items: text(&rule["items"])?,
            price: text(factors.first()?)?,
            quantity: text(factors.get(1)?)?,
        })
    };
    match parts() {
        Some(sum) => Ok(Box::new(sum)),
        None => Err(ValidationError::custom("x-sum needs total, items and two factors")),
    }
}

struct DecimalPlaces;

impl<'i> Keyword<'i, DocumentJson> for DecimalPlaces {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        judge(Keyword::<DocumentJson>::is_valid(self, instance), "the number has too many decimals")
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance.0.number_text().and_then(|text| Decimal::parse(text).ok()).is_none_or(Decimal::has_two_places)
    }
}

struct Sum {
    total: String,
    items: String,
    price: String,
    quantity: String,
}

impl Sum {
    /// Returns whether the sum holds; `None` where a part is missing or is no number, which other rules report.
    fn holds(&self, order: Node<'_>) -> Option<bool> {
        let total = millionths(order, &self.total)?;
        let items = order.get(&self.items)?;
        if items.kind() != crate::message::json::Kind::Array {
            return None;
        }
        let mut sum = 0_i128;
        for item in items.elements() {
            let (price, quantity) = (millionths(item, &self.price)?, millionths(item, &self.quantity)?);
            // A sum that does not fit is far beyond every amount.
            let Some(larger) = price.checked_mul(quantity).and_then(|product| sum.checked_add(product)) else {
                return Some(false);
            };
            sum = larger;
        }
        // Millionths times millionths.
        Some(total.checked_mul(1_000_000) == Some(sum))
    }
}

fn millionths(object: Node<'_>, name: &str) -> Option<i128> {
    Decimal::parse(object.get(name)?.number_text()?).ok()?.millionths()
}

impl<'i> Keyword<'i, DocumentJson> for Sum {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        judge(Keyword::<DocumentJson>::is_valid(self, instance), "the sum of price times quantity is not the amount")
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        self.holds(instance.0).unwrap_or(true)
    }
}

fn judge<'i>(valid: bool, message: &'static str) -> Result<(), ValidationError<'i>> {
    if valid { Ok(()) } else { Err(ValidationError::custom(message)) }
}
