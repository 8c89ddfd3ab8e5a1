-- What callers call an order for themselves: whoever numbers each try anew is told by it.
create table doku.keys (
    key text primary key,
    invoice_number text not null,
    body_sha256 bytea not null,
    created_at bigint not null
);

-- Gives a key to an order that is about to be stored. False where it is another's. For this library alone.
create function doku.internal_bind(new_key text, invoice text, body_key bytea, at bigint) returns boolean
language plpgsql volatile as $$
begin
    if new_key is null then
        return true;
    end if;
    -- What is a conflict gets no key.
    if not exists (select from doku.orders o where o.invoice_number = invoice and o.body_sha256 <> body_key) then
        insert into doku.keys (key, invoice_number, body_sha256, created_at) values (new_key, invoice, body_key, at)
        on conflict (key) do nothing;
    end if;
    return not exists (
        select from doku.keys k
        where k.key = new_key and (k.invoice_number <> invoice or k.body_sha256 <> body_key)
    );
end
$$;
