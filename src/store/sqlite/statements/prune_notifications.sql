update doku_notifications set body = null, headers = null
where (body is not null or headers is not null) and received_at < ?1
    and not exists (
        select 1 from doku_orders o where o.invoice_number = doku_notifications.invoice_number and o.body is not null
    )
