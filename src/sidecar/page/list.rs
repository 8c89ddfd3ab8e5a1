//! The lists: what a person has to look at, then all orders; those that are searched for; effects; what was set aside.

use doku_store::{Counts, Effect, Order, Orders, StoreError, StoreErrorKind};
use http::StatusCode;
use maud::{Markup, html};

use super::{
    Page,
    ask::{Ask, List, PAGE},
    row,
};

/// So many are on a page.
const MOST: u32 = 50;

/// So many of a list are before all orders.
const FIRST: u32 = 10;

/// Returns the list that is asked for.
pub(super) async fn list(orders: &Orders, ask: &Ask) -> Result<Page, StoreError> {
    let words = ask.words();
    let counts = orders.counts().await?;
    let body = html! {
        "\n" (tabs(&counts, ask))
        @match ask.list {
            List::All if !ask.searched().is_empty() => (searched(orders, ask).await?),
            List::All => {
                @if ask.after.is_empty() { (urgent(orders, ask).await?) }
                (order_section(List::All, orders.orders(&ask.after, MOST + 1).await?, MOST, ask))
            }
            List::Unresolved => {
                (order_section(ask.list, orders.unresolved_after(&ask.after, MOST + 1).await?, MOST, ask))
            }
            List::Open => (effect_section(ask.list, orders.effects(true, ask.after_id(), MOST + 1).await?, MOST, ask)),
            List::Dead => (effect_section(ask.list, orders.dead_effects(ask.after_id(), MOST + 1).await?, MOST, ask)),
            List::Aside => (aside(orders, ask).await?),
        }
    };
    Ok(Page { status: StatusCode::OK, title: words.sidecar.to_owned(), body })
}

/// Returns the numbers of what is stored; each leads to its list.
fn tabs(counts: &Counts, ask: &Ask) -> Markup {
    let words = ask.words();
    let tabs = [
        (List::All, words.orders, counts.orders, false),
        (List::Unresolved, words.unresolved_orders, counts.unresolved, true),
        (List::Dead, words.dead_letters, counts.dead_effects, true),
        (List::Aside, words.set_aside, counts.quarantined, true),
        (List::Open, words.open_effects, counts.open_effects, false),
    ];
    html! {
        nav aria-label=(words.lists) {
            @for (list, name, number, urgent) in tabs {
                "\n" a class=[(urgent && number > 0).then_some("urgent")] href=(ask.link(PAGE, &[("list", list.as_str())]))
                    aria-current=[(list == ask.list).then_some("page")] { b { (number) } " " (name) }
            }
            "\n"
        }
        "\n"
    }
}

/// Returns what comes before all orders: the first of what a person has to look at.
async fn urgent(orders: &Orders, ask: &Ask) -> Result<Markup, StoreError> {
    let unresolved = orders.unresolved_after("", FIRST + 1).await?;
    let dead = orders.dead_effects(0, FIRST + 1).await?;
    Ok(html! {
        @if !unresolved.is_empty() { (order_section(List::Unresolved, unresolved, FIRST, ask)) }
        @if !dead.is_empty() { (effect_section(List::Dead, dead, FIRST, ask)) }
    })
}

/// Returns the orders whose invoice numbers begin with what is searched for.
async fn searched(orders: &Orders, ask: &Ask) -> Result<Markup, StoreError> {
    let begin = &*ask.invoice_number;
    // They stand together in the order of the numbers: the text itself, and what comes right after it.
    let (first, from) = if ask.after.is_empty() { (find(orders, begin).await?, begin) } else { (None, &*ask.after) };
    let rest = orders.orders(from, MOST + 1).await?.into_iter();
    let found = first.into_iter().chain(rest.take_while(|order| order.invoice_number().starts_with(begin)));
    Ok(order_section(List::All, found.collect(), MOST, ask))
}

/// Returns an order, if it is stored.
pub(super) async fn find(orders: &Orders, invoice_number: &str) -> Result<Option<Order>, StoreError> {
    match orders.order(invoice_number).await {
        Ok(order) => Ok(Some(order)),
        Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn aside(orders: &Orders, ask: &Ask) -> Result<Markup, StoreError> {
    let found = orders.notifications("", true, ask.after_id(), MOST + 1).await?;
    let (found, next) = cut(found, MOST, |notification| notification.id().to_string());
    let rows: Vec<_> = found.iter().map(|found| row::notification(found, true, ask)).collect();
    Ok(list_section(List::Aside, &rows, next, ask))
}

fn order_section(list: List, found: Vec<Order>, most: u32, ask: &Ask) -> Markup {
    let (found, next) = cut(found, most, |order| order.invoice_number().to_owned());
    let rows: Vec<_> = found.iter().map(|order| row::order(order, ask)).collect();
    list_section(list, &rows, next, ask)
}

fn effect_section(list: List, found: Vec<Effect>, most: u32, ask: &Ask) -> Markup {
    let (found, next) = cut(found, most, |effect| effect.id().to_string());
    let rows: Vec<_> = found.iter().map(|effect| row::effect(effect, true, ask)).collect();
    list_section(list, &rows, next, ask)
}

fn list_section(list: List, rows: &[Markup], next: Option<String>, ask: &Ask) -> Markup {
    let words = ask.words();
    let begin = ask.searched();
    let (title, empty) = match list {
        List::All if begin.is_empty() => (words.all_orders, words.no_orders),
        List::All => (words.searched, words.nothing_found),
        List::Unresolved => (words.unresolved_orders, words.none_unresolved),
        List::Open => (words.open_effects, words.none_open),
        List::Dead => (words.dead_letters, words.none_dead),
        List::Aside => (words.set_aside, words.none_aside),
    };
    let title = html! { (title) @if list == List::All && !begin.is_empty() { " " bdi { (begin) } } };
    let next = next.map(|after| ask.next(list, &after));
    section(&title, empty, rows, next.as_deref(), ask)
}

/// Returns rows below their title, and the way to what comes after them.
pub(super) fn section(title: &Markup, empty: &str, rows: &[Markup], next: Option<&str>, ask: &Ask) -> Markup {
    html! {
        section {
            "\n" h2 { (title) } "\n"
            @if rows.is_empty() { p class="empty" { (empty) } }
            @else { ol class="rows" { "\n" @for row in rows { (row) } } }
            "\n"
            @if let Some(next) = next { p class="next" { a href=(next) rel="next" { (ask.words().more) } } "\n" }
        }
        "\n"
    }
}

/// Cuts a list that was read with one more than is shown, and returns the key of its last if there is more.
pub(super) fn cut<T>(mut found: Vec<T>, most: u32, key: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let most = most as usize;
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(key);
    (found, next)
}
