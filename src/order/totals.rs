//! From what a shop adds up to line items whose sum is the amount: [`Totals`].

mod error;
mod millionths;

use std::fmt;

use serde::Deserialize;

pub use self::error::TotalsError;
use self::millionths::{MOST, Millionths, RUPIAH};
use crate::{
    contract::generated::{
        scalar::Quantity,
        types::{Category, LineItem, LineItemId, LineItemName, LineItems, error::ConversionError},
    },
    message::{
        error::PayloadError,
        json,
        money::{Price, Rupiah},
    },
};

/// What a shop adds up to the amount that a customer pays: items, shipping, tax, discount, rounding.
///
/// DOKU wants line items whose sum of price × quantity is the amount, exactly (D-54); it knows no discount and no fee.
/// [`LineItems::from_totals`] makes them:
/// - shipping and tax become items of their own, `SHIPPING` and `TAX`;
/// - a discount, and a rounding that takes away, lower the prices, each item by its share;
/// - a rounding that adds becomes an item of its own, `ROUNDING`;
/// - where a line is not its quantity times a price of two decimals, it becomes two lines, the second with `-R` at the
///   end of its id and a price that is higher by 0.01.
///
/// Prices may have any number of decimals. Decimals after the sixth are not looked at.
///
/// ```
/// use doku_indodana::{Category, LineItems, Rupiah, Totals};
///
/// // Three shirts for 100,000 rupiah, 33333.333… each.
/// let totals = Totals::new(Rupiah::try_from(100_000)?).item("K3", "Three shirts", Category::Clothing, 3, "33333.3333")?;
/// let items = LineItems::from_totals(&totals)?;
/// let lines: Vec<_> = items.iter().map(|item| format!("{} × {}", item.quantity, item.price)).collect();
/// assert_eq!(lines, ["2 × 33333.33", "1 × 33333.34"]);
///
/// // 20,000 of shipping, and a discount of 10,000 that lowers the price.
/// let totals = Totals::new(Rupiah::try_from(110_000)?)
///     .item("1002", "Ayam geprek", Category::FoodAndBeverage, 2, "50000")?
///     .shipping("20000")?
///     .discount("10000")?;
/// let lines: Vec<_> =
///     LineItems::from_totals(&totals)?.iter().map(|item| format!("{}: {}", *item.id, item.price)).collect();
/// assert_eq!(lines, ["1002: 45000", "SHIPPING: 20000"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Read from JSON text it has the members `amount`, `items` (each with `id`, `name`, `category`, `quantity`, `price`), and `shipping`, `tax`, `discount` and `rounding`, which are 0 where they are missing.
/// Prices and fees are numbers, read by their digits, or the same as text.
///
/// Source: page, `order.line_items`; D-54.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    amount: Rupiah,
    items: Vec<Item>,
    #[serde(default)]
    shipping: Millionths,
    #[serde(default)]
    tax: Millionths,
    #[serde(default)]
    discount: Millionths,
    #[serde(default)]
    rounding: Millionths,
}

/// One item, with the price as the shop has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: LineItemId,
    name: LineItemName,
    category: Category,
    quantity: Quantity,
    price: Millionths,
}

impl Totals {
    /// Begins with the amount that the customer pays.
    pub fn new(amount: Rupiah) -> Self {
        let zero = Millionths::default();
        Self { amount, items: Vec::new(), shipping: zero, tax: zero, discount: zero, rounding: zero }
    }

    /// Adds an item: the price of one unit, before any discount, as text.
    ///
    /// # Errors
    ///
    /// [`TotalsError::Item`] where the contract refuses id, name or quantity, and what is wrong with the price.
    pub fn item(
        mut self,
        id: &str,
        name: &str,
        category: Category,
        quantity: u64,
        price: &str,
    ) -> Result<Self, TotalsError> {
        let refuse =
            |member: &str, error: &dyn fmt::Display| TotalsError::Item { reason: format!("{member}: {error}") };
        self.items.push(Item {
            id: id.parse().map_err(|error| refuse("id", &error))?,
            name: name.parse().map_err(|error| refuse("name", &error))?,
            category,
            quantity: Quantity::try_from(quantity).map_err(|error| refuse("quantity", &error))?,
            price: Millionths::parse("price", price)?,
        });
        Ok(self)
    }

    /// Sets what shipping costs.
    ///
    /// # Errors
    ///
    /// Where the text is no decimal number, is negative or too large. So too the next two.
    pub fn shipping(mut self, shipping: &str) -> Result<Self, TotalsError> {
        self.shipping = Millionths::parse("shipping", shipping)?;
        Ok(self)
    }

    /// Sets the tax that is not in the prices.
    ///
    /// # Errors
    ///
    /// As for shipping.
    pub fn tax(mut self, tax: &str) -> Result<Self, TotalsError> {
        self.tax = Millionths::parse("tax", tax)?;
        Ok(self)
    }

    /// Sets the discount, as a positive number.
    ///
    /// # Errors
    ///
    /// As for shipping.
    pub fn discount(mut self, discount: &str) -> Result<Self, TotalsError> {
        self.discount = Millionths::parse("discount", discount)?;
        Ok(self)
    }

    /// Sets what was added by rounding; negative where it was taken away.
    ///
    /// # Errors
    ///
    /// Where the text is no decimal number or too large.
    pub fn rounding(mut self, rounding: &str) -> Result<Self, TotalsError> {
        self.rounding = Millionths::signed("rounding", rounding)?;
        Ok(self)
    }
}

impl Totals {
    /// Reads totals from JSON text.
    ///
    /// # Errors
    ///
    /// [`TotalsError::Unreadable`], which names the place and no value.
    pub fn from_json(json: &[u8]) -> Result<Self, TotalsError> {
        json::from_slice(json).map_err(|error| TotalsError::Unreadable {
            reason: match error {
                PayloadError::Shape(reason) => reason,
                PayloadError::Syntax(error) => error.to_string(),
            },
        })
    }
}

impl LineItems {
    /// Makes line items whose sum of price × quantity is the amount of the totals, exactly.
    ///
    /// # Errors
    ///
    /// [`TotalsError`]: the parts differ from the amount by a rupiah or more, or a number is not usable.
    pub fn from_totals(totals: &Totals) -> Result<Self, TotalsError> {
        let too_large = |member| TotalsError::TooLarge { member };
        let mut lines = Vec::with_capacity(totals.items.len());
        for item in &totals.items {
            if item.price.0 < 0 {
                return Err(TotalsError::Negative { member: "price" });
            }
            let quantity = i128::from(item.quantity.get());
            let line = item.price.0.checked_mul(quantity).filter(|line| *line <= MOST).ok_or(too_large("price"))?;
            lines.push(line);
        }
        for (member, part) in [("shipping", totals.shipping), ("tax", totals.tax), ("discount", totals.discount)] {
            if part.0 < 0 {
                return Err(TotalsError::Negative { member });
            }
        }
        let goods = lines.iter().try_fold(0_i128, |sum, line| sum.checked_add(*line)).ok_or(too_large("price"))?;
        let added = totals.shipping.0 + totals.tax.0 + totals.rounding.0 - totals.discount.0;
        let parts = goods.checked_add(added).ok_or(too_large("price"))?;
        let amount = i128::from(totals.amount.get()) * RUPIAH;
        if (parts - amount).abs() >= RUPIAH {
            return Err(TotalsError::Difference { parts, amount: totals.amount });
        }
        let fees = [
            ("SHIPPING", "Shipping", totals.shipping.hundredths()),
            ("TAX", "Tax", totals.tax.hundredths()),
            ("ROUNDING", "Rounding", Millionths(totals.rounding.0.max(0)).hundredths()),
        ];
        let all = i128::from(totals.amount.get()) * 100;
        let left = all - fees.iter().map(|(.., fee)| fee).sum::<i128>();
        let weights: Vec<_> = lines.iter().map(|line| Millionths(*line).hundredths()).collect();
        let shares = share(left, &weights).ok_or(TotalsError::NothingLeft)?;
        // Items that cost nothing take no share: what is left of the rounding is then an item of its own.
        let unshared = left - shares.iter().sum::<i128>();
        let mut made = Vec::with_capacity(lines.len() + fees.len());
        for (item, share) in totals.items.iter().zip(shares) {
            item.lines(share, &mut made)?;
        }
        for (id, name, fee) in fees {
            let fee = if id == "ROUNDING" { fee + unshared } else { fee };
            if fee > 0 {
                let id = id.parse().expect("the id of a fee is within the contract");
                let name = name.parse().expect("the name of a fee is within the contract");
                made.push(line(id, name, Category::Others, Quantity::MIN, price(fee)?)?);
            }
        }
        Ok(Self(made))
    }
}

impl Item {
    /// Writes the item as one line, or as two where its share is not a multiple of the quantity.
    fn lines(&self, share: i128, made: &mut Vec<LineItem>) -> Result<(), TotalsError> {
        let quantity = i128::from(self.quantity.get());
        let (each, rest) = (share / quantity, share % quantity);
        let mut add = |id: LineItemId, count: i128, each: i128| {
            let count = u64::try_from(count).expect("a part of a quantity is a quantity");
            let count = Quantity::try_from(count).expect("a part of a quantity is a quantity");
            made.push(line(id, self.name.clone(), self.category, count, price(each)?)?);
            Ok(())
        };
        add(self.id.clone(), quantity - rest, each)?;
        if rest > 0 {
            let kept: String = self.id.chars().take(LONGEST_ID - 2).collect();
            add(format!("{kept}-R").parse().expect("a shortened id is within the contract"), rest, each + 1)?;
        }
        Ok(())
    }
}

/// Divides `whole` by weight, without a remainder; `None` where it is negative. All zero where no weight is above zero.
fn share(whole: i128, weights: &[i128]) -> Option<Vec<i128>> {
    let total: i128 = weights.iter().sum();
    if whole < 0 {
        return None;
    }
    if total == 0 {
        return Some(vec![0; weights.len()]);
    }
    let mut shares: Vec<_> = weights.iter().map(|weight| whole * weight / total).collect();
    let mut rest = whole - shares.iter().sum::<i128>();
    // The largest remainders first; among equal ones the first.
    let mut order: Vec<_> = (0..weights.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(whole * weights[*at] % total));
    for at in order {
        if rest == 0 {
            break;
        }
        shares[at] += 1;
        rest -= 1;
    }
    Some(shares)
}

/// Makes a line item of what is mandatory; its other members are the caller's to set.
fn line(
    id: LineItemId,
    name: LineItemName,
    category: Category,
    quantity: Quantity,
    price: Price,
) -> Result<LineItem, TotalsError> {
    let line = LineItem::builder().id(id).name(name).category(category).quantity(quantity).price(price);
    line.try_into().map_err(|error: ConversionError| TotalsError::Item { reason: error.to_string() })
}

fn price(hundredths: i128) -> Result<Price, TotalsError> {
    let refused = TotalsError::TooLarge { member: "price" };
    u64::try_from(hundredths).ok().and_then(|hundredths| Price::from_hundredths(hundredths).ok()).ok_or(refused)
}

/// Characters of the longest id of a line item.
const LONGEST_ID: usize = 64;
