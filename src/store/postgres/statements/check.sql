-- What no run of this library leaves behind.
select 'an effect has no order: ' || e.id::text from doku.effects e
where not exists (select from doku.orders o where o.invoice_number = e.invoice_number)
union all
select 'the body of an order is not the one that was stored: ' || o.invoice_number from doku.orders o
where o.body is not null and sha256(o.body) <> o.body_sha256
union all
select 'an order that is paid has no effect: ' || o.invoice_number from doku.orders o
where o.rank = 60 and not exists (
    select from doku.effects e where e.invoice_number = o.invoice_number and e.status = 'SUCCESS'
)
