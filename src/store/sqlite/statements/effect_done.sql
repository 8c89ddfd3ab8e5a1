update doku_effects set done_at = ?3, last_error = null, last_answer = ?4
where id = ?1 and attempt = ?2 and done_at is null
