-- What is about to be sent may exist from here on.
update doku_orders
set due_at = ?3, attempt = attempt + 1, revision = revision + 1,
    rank = case when rank = 0 and next_kind = 'send' then 10 else rank end,
    life = case when life = 'unsent' and next_kind = 'send' then 'open' else life end
where invoice_number = ?1 and revision = ?2
