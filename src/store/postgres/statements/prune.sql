with emptied as (
    update doku.orders o set body = null, answer = null, revision = o.revision + 1
    where (o.body is not null or o.answer is not null) and o.changed_at < $1
        and (o.rank in (20, 50, 60, 70) or (o.rank = 40 and o.due_at is null) or o.close_reason is not null)
        and not exists (select from doku.effects e where e.invoice_number = o.invoice_number and e.done_at is null)
    returning o.invoice_number
), silent as (
    update doku.notifications n set body = null, headers = null
    where (n.body is not null or n.headers is not null) and n.received_at < $1
        and (
            n.invoice_number in (select invoice_number from emptied)
            or not exists (
                select from doku.orders o where o.invoice_number = n.invoice_number and o.body is not null
            )
        )
    returning n.id
)
select (select count(*) from emptied) + (select count(*) from silent)
