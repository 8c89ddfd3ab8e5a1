-- What callers call an order for themselves: whoever numbers each try anew is told by it.
create table doku_keys (
    key text primary key not null,
    invoice_number text not null,
    body_sha256 blob not null,
    created_at integer not null
) strict, without rowid;
