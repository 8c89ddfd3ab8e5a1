update doku_effects set due_at = ?3, attempt = attempt + 1 where id = ?1 and attempt = ?2 and done_at is null
