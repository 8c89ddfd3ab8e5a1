-- What a higher status has overtaken is not acted on any more: a late FAILED must not undo a payment.
update doku_effects set done_at = ?3, last_error = 'overtaken'
where invoice_number = ?1 and status <> ?2 and done_at is null
