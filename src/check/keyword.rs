//! The rules that JSON Schema has no keyword for: decimal places, decimals as they are written, the sum over the line
//! items, digits alone, and ids that are reserved; and `multipleOf`, because the validator's own rounds.

use jsonschema::{Keyword, ValidationError, paths::Location};
use serde_json::{Map, Value};

use crate::{
    check::{Exact, Met},
    message::{
        json::{DocumentJson, Instance, Value as Node, is_whole},
        money::Decimal,
    },
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
    match Sum::new(rule) {
        Some(sum) => Ok(Box::new(sum)),
        None => Err(ValidationError::custom("x-sum needs total, items and two factors")),
    }
}

/// Compiles `x-plain-digits: true`: a number is written as digits alone.
pub(super) fn plain_digits<'a>(_: &'a Map<String, Value>, flag: &'a Value, _: Location) -> Compiled<'a> {
    if *flag == true { Ok(Box::new(PlainDigits)) } else { Err(ValidationError::custom("x-plain-digits must be true")) }
}

/// Compiles `x-reserved: [text, …]`: a text is none of these, in lower or upper case.
pub(super) fn reserved<'a>(_: &'a Map<String, Value>, texts: &'a Value, _: Location) -> Compiled<'a> {
    let texts = texts.as_array().map(|texts| texts.iter().map(|text| text.as_str().map(str::to_owned)).collect());
    match texts.flatten() {
        Some(texts) => Ok(Box::new(Reserved(texts))),
        None => Err(ValidationError::custom("x-reserved must be a list of texts")),
    }
}

struct PlainDigits;

impl<'i> Keyword<'i, DocumentJson> for PlainDigits {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        judge(Keyword::<DocumentJson>::is_valid(self, instance), "the number is not written as digits alone")
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance.0.number_text().is_none_or(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
    }
}

struct Reserved(Vec<String>);

impl<'i> Keyword<'i, DocumentJson> for Reserved {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        judge(Keyword::<DocumentJson>::is_valid(self, instance), "the id is reserved")
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        let is_reserved = |text: &str| self.0.iter().any(|reserved| reserved.eq_ignore_ascii_case(text));
        instance.0.as_str().is_none_or(|text| !is_reserved(&text))
    }
}

/// Compiles `multipleOf: 1`: a number is whole, read from its digits.
pub(super) fn multiple_of<'a>(_: &'a Map<String, Value>, unit: &'a Value, _: Location) -> Compiled<'a> {
    if unit.as_u64() == Some(1) { Ok(Box::new(Whole)) } else { Err(ValidationError::custom("multipleOf must be 1")) }
}

/// Compiles `x-written-decimals`: a number is written with no more decimals than that, zeros included and the exponent
/// applied.
pub(super) fn written_decimals<'a>(_: &'a Map<String, Value>, most: &'a Value, _: Location) -> Compiled<'a> {
    match most.as_i64() {
        Some(most) if most >= 0 => Ok(Box::new(WrittenDecimals { most })),
        _ => Err(ValidationError::custom("x-written-decimals must be a number of decimals")),
    }
}

struct Whole;

impl<'i> Keyword<'i, DocumentJson> for Whole {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        judge(Keyword::<DocumentJson>::is_valid(self, instance), "the number is not whole")
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance.0.number_text().is_none_or(is_whole)
    }
}

struct WrittenDecimals {
    most: i64,
}

impl<'i> Keyword<'i, DocumentJson> for WrittenDecimals {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        judge(Keyword::<DocumentJson>::is_valid(self, instance), "the number is written with too many decimals")
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        let decimal = instance.0.number_text().and_then(|text| Decimal::parse(text).ok());
        decimal.is_none_or(|decimal| decimal.scale() <= self.most)
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

/// Returns the sum of the line items of an order and how far it is from the amount; `None` where it is too large.
pub(super) fn summed(order: Node<'_>, rule: &Value) -> Option<Met> {
    let (total, sum) = Sum::new(rule)?.of(order)?;
    let (total, sum) = (total?, sum?);
    Some(Met::Sum { sum: Exact { trillionths: sum }, difference: Exact { trillionths: sum.checked_sub(total)? } })
}

impl Sum {
    fn new(rule: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let factors = rule["factors"].as_array()?;
        Some(Self {
            total: text(&rule["total"])?,
            items: text(&rule["items"])?,
            price: text(factors.first()?)?,
            quantity: text(factors.get(1)?)?,
        })
    }

    /// Returns total and sum in 10⁻¹², each `None` where it is too large; `None` where a part is missing or is no number,
    /// which other rules report.
    fn of(&self, order: Node<'_>) -> Option<(Option<i128>, Option<i128>)> {
        let total = millionths(order, &self.total)?;
        let items = order.get(&self.items)?;
        if items.kind() != crate::message::json::ValueKind::Array {
            return None;
        }
        let mut sum = Some(0_i128);
        for item in items.elements() {
            let (price, quantity) = (millionths(item, &self.price)?, millionths(item, &self.quantity)?);
            sum = price.checked_mul(quantity).and_then(|product| sum?.checked_add(product));
        }
        Some((total.checked_mul(1_000_000), sum))
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
        // A sum that does not fit is far beyond every amount.
        self.of(instance.0).is_none_or(|(total, sum)| total.is_some() && total == sum)
    }
}

fn judge<'i>(valid: bool, message: &'static str) -> Result<(), ValidationError<'i>> {
    if valid { Ok(()) } else { Err(ValidationError::custom(message)) }
}
