-- A dead letter that is handed over again has its whole schedule again.
update doku_effects
set due_at = ?2, dead_at = null, failures = case when dead_at is null then failures else 0 end
where id = ?1 and done_at is null
