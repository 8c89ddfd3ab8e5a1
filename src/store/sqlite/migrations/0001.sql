-- The prefix leaves room for the merchant's own tables in the same file: only then can an effect end in his transaction.
create table doku_meta (
    one integer primary key check (one = 1),
    version integer not null,
    environment text not null,
    client_id text not null,
    created_at integer not null
) strict;

create table doku_orders (
    invoice_number text primary key not null,
    request_id text not null unique,
    client_id text not null,
    environment text not null,
    body blob,
    body_sha256 blob not null,
    amount integer not null,
    reference text,
    rank integer not null,
    life text not null,
    alerts integer not null,
    answer blob,
    payment_url text,
    expires_at integer not null,
    due_at integer,
    next_kind text not null,
    attempt integer not null,
    revision integer not null,
    last_outcome text,
    close_reason text,
    created_at integer not null,
    changed_at integer not null
) strict, without rowid;
create index doku_orders_due on doku_orders (due_at) where due_at is not null;

create table doku_notifications (
    id integer primary key,
    client_id text not null,
    request_id text not null,
    body_sha256 blob not null,
    body blob,
    headers text,
    invoice_number text,
    status text,
    amount integer,
    verdict text not null,
    age text not null,
    received_at integer not null,
    unique (client_id, request_id, body_sha256)
) strict;
create index doku_notifications_invoice on doku_notifications (invoice_number);
create index doku_notifications_unmatched on doku_notifications (id) where verdict = 'unknown_invoice';

create table doku_effects (
    id integer primary key autoincrement,
    invoice_number text not null,
    status text not null,
    amount integer not null,
    source text not null,
    due_at integer not null,
    attempt integer not null,
    done_at integer,
    last_error text,
    created_at integer not null,
    unique (invoice_number, status)
) strict;
create index doku_effects_due on doku_effects (due_at) where done_at is null;
