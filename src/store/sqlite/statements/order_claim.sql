-- What is claimed may be sent at any moment, so from here on it may exist.
update doku_orders
set due_at = ?3, attempt = attempt + 1, revision = revision + 1, rank = ?4, life = ?5
where invoice_number = ?1 and revision = ?2
