-- Names the revision that was seen: whoever saw an older one changes nothing.
update doku_orders
set rank = ?3, life = ?4, alerts = ?5, answer = ?6, payment_url = ?7, due_at = ?8, next_kind = ?9, last_outcome = ?10,
    close_reason = ?11, changed_at = ?12, revision = revision + 1
where invoice_number = ?1 and revision = ?2
