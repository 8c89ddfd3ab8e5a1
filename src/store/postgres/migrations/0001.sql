-- Times are milliseconds since 1970, by the clock of this database alone.
create table doku.orders (
    invoice_number text primary key,
    request_id text not null unique,
    client_id text not null,
    environment text not null,
    body bytea,
    body_sha256 bytea not null,
    amount bigint not null,
    reference text,
    rank bigint not null,
    life text not null,
    alerts bigint not null,
    answer bytea,
    payment_url text,
    expires_at bigint not null,
    due_at bigint,
    next_kind text not null,
    attempt bigint not null,
    revision bigint not null,
    last_outcome text,
    close_reason text,
    created_at bigint not null,
    changed_at bigint not null
) with (fillfactor = 70);
create index orders_due on doku.orders (due_at) where due_at is not null;

create table doku.notifications (
    id bigint generated always as identity primary key,
    client_id text not null,
    request_id text not null,
    body_sha256 bytea not null,
    body bytea,
    headers text,
    invoice_number text,
    status text,
    amount bigint,
    verdict text not null,
    age text not null,
    received_at bigint not null,
    unique (client_id, request_id, body_sha256)
);
create index notifications_invoice on doku.notifications (invoice_number);
create index notifications_unmatched on doku.notifications (id) where verdict = 'unknown_invoice';

create table doku.effects (
    id bigint generated always as identity primary key,
    invoice_number text not null,
    status text not null,
    amount bigint not null,
    source text not null,
    due_at bigint not null,
    attempt bigint not null,
    done_at bigint,
    last_error text,
    created_at bigint not null,
    unique (invoice_number, status)
) with (fillfactor = 70);
create index effects_due on doku.effects (due_at) where done_at is null;

create function doku.now() returns bigint language sql volatile as $$
    select (extract(epoch from clock_timestamp()) * 1000)::bigint
$$;

-- The outbox, for the merchant's own transaction. Returns the request id under which the order is sent: the given one, or
-- the first one where the same bytes are stored already. Other bytes under the number are a unique_violation.
create function doku.enqueue(body bytea, request_id text default gen_random_uuid()::text)
returns text language plpgsql as $$
#variable_conflict use_variable
declare
    document jsonb := convert_from(body, 'UTF8')::jsonb;
    invoice text := document #>> '{order,invoice_number}';
    amount numeric := (document #>> '{order,amount}')::numeric;
    minutes numeric := coalesce((document #>> '{peer_to_peer_info,expired_time}')::numeric, 60);
    at bigint := doku.now();
    stored_id text;
    stored_key bytea;
begin
    if invoice is null or amount is null then
        raise exception 'the order has no order.invoice_number or no order.amount: nothing was stored'
            using errcode = 'invalid_parameter_value';
    end if;
    if amount <> trunc(amount) or amount not between 0 and 9999999999999999 or minutes not between 0 and 99999 then
        raise exception 'order.amount or peer_to_peer_info.expired_time is out of its range: nothing was stored'
            using errcode = 'numeric_value_out_of_range';
    end if;
    insert into doku.orders (
        invoice_number, request_id, client_id, environment, body, body_sha256, amount, reference, rank, life, alerts,
        expires_at, due_at, next_kind, attempt, revision, created_at, changed_at
    )
    select invoice, request_id, m.client_id, m.environment, body, sha256(body), amount::bigint,
        document #>> '{peer_to_peer_info,merchant_unique_reference}', 0, '{"under_way":0,"unresolved":0,"known":"nothing"}', 0,
        at + (minutes * 60000)::bigint, at, 'send', 0, 0, at, at
    from doku.meta m
    on conflict (invoice_number) do nothing;
    if found then
        return request_id;
    end if;
    select o.request_id, o.body_sha256 into stored_id, stored_key from doku.orders o where o.invoice_number = invoice;
    if stored_key is distinct from sha256(body) then
        raise exception 'the invoice number is stored with another order: nothing was stored'
            using errcode = 'unique_violation';
    end if;
    return stored_id;
end
$$;

-- Claims up to most effects that are due. Each has to be ended by doku.done within the lease, or it is taken again.
create function doku.take(most integer default 10, lease interval default '2 minutes')
returns table (effect bigint, invoice_number text, status text, amount bigint, attempt bigint)
language sql volatile as $$
    with due as (
        select e.id from doku.effects e where e.done_at is null and e.due_at <= doku.now()
        order by e.due_at, e.id limit most for update skip locked
    )
    update doku.effects e
    set due_at = doku.now() + (extract(epoch from lease) * 1000)::bigint, attempt = e.attempt + 1
    from due where e.id = due.id
    returning e.id, e.invoice_number, e.status, e.amount, e.attempt
$$;

-- Ends an effect, in the merchant's own transaction. No row: another attempt ended it, or a higher status overtook it; then
-- roll back.
create function doku.done(effect bigint, attempt bigint) returns setof bigint language sql volatile as $$
    update doku.effects e set done_at = doku.now(), last_error = null
    where e.id = done.effect and e.attempt = done.attempt and e.done_at is null
    returning e.id
$$;

-- Notes that an attempt failed; the effect is taken again after the wait.
create function doku.failed(effect bigint, attempt bigint, error text, wait interval default '1 minute')
returns setof bigint language sql volatile as $$
    update doku.effects e
    set last_error = left(failed.error, 200), due_at = doku.now() + (extract(epoch from wait) * 1000)::bigint
    where e.id = failed.effect and e.attempt = failed.attempt and e.done_at is null
    returning e.id
$$;

-- All that one piece of news changes, or nothing. For this library alone.
create function doku.internal_write(
    at bigint,
    n_client_id text, n_request_id text, n_key bytea, n_body bytea, n_headers text, n_invoice text, n_status text,
    n_amount bigint, n_verdict text, n_age text, n_reused boolean,
    m_id bigint, m_verdict text,
    o_invoice text, o_revision bigint, o_rank bigint, o_life text, o_alerts bigint, o_answer bytea, o_payment_url text,
    o_due_at bigint, o_next_kind text, o_last_outcome text, o_close_reason text,
    e_invoice text, e_status text, e_amount bigint, e_source text
) returns text language plpgsql as $$
declare
    repeated boolean;
    reused boolean;
begin
    -- All is looked at before anything is written, so that there is nothing to take back.
    if n_request_id is not null then
        perform pg_advisory_xact_lock(hashtextextended(n_client_id || ' ' || n_request_id, 0));
        select coalesce(bool_or(n.body_sha256 = n_key), false), coalesce(bool_or(n.body_sha256 <> n_key), false)
            into repeated, reused
            from doku.notifications n where n.client_id = n_client_id and n.request_id = n_request_id;
        if repeated then
            return 'repeated';
        end if;
        if reused <> n_reused then
            return 'stale';
        end if;
        if n_verdict = 'unknown_invoice' and exists (
            select from doku.orders o where o.invoice_number = n_invoice
        ) then
            return 'stale';
        end if;
    end if;
    if m_id is not null then
        perform from doku.notifications n where n.id = m_id and n.verdict = 'unknown_invoice' for update;
        if not found then
            return 'repeated';
        end if;
    end if;
    if o_invoice is not null then
        perform from doku.orders o where o.invoice_number = o_invoice and o.revision = o_revision for update;
        if not found then
            return 'stale';
        end if;
    end if;
    if n_request_id is not null then
        insert into doku.notifications
            (client_id, request_id, body_sha256, body, headers, invoice_number, status, amount, verdict, age, received_at)
        values
            (n_client_id, n_request_id, n_key, n_body, n_headers, n_invoice, n_status, n_amount, n_verdict, n_age, at);
    end if;
    if m_id is not null then
        update doku.notifications set verdict = m_verdict where id = m_id;
    end if;
    if o_invoice is not null then
        update doku.orders
        set rank = o_rank, life = o_life, alerts = o_alerts, answer = o_answer, payment_url = o_payment_url,
            due_at = o_due_at, next_kind = o_next_kind, last_outcome = o_last_outcome, close_reason = o_close_reason,
            changed_at = at, revision = revision + 1
        where invoice_number = o_invoice;
    end if;
    if e_invoice is not null then
        -- What a higher status has overtaken is not acted on any more: a late FAILED must not undo a payment.
        update doku.effects set done_at = at, last_error = 'overtaken'
        where invoice_number = e_invoice and status <> e_status and done_at is null;
        insert into doku.effects (invoice_number, status, amount, source, due_at, attempt, created_at)
        values (e_invoice, e_status, e_amount, e_source, at, 0, at)
        on conflict (invoice_number, status) do nothing;
    end if;
    return 'done';
end
$$;
