update doku_orders set body = null, answer = null, revision = revision + 1
where (body is not null or answer is not null) and changed_at < ?1
    and (rank in (20, 50, 60, 70) or (rank = 40 and due_at is null) or close_reason is not null)
    and not exists (
        select 1 from doku_effects e where e.invoice_number = doku_orders.invoice_number and e.done_at is null
    )
