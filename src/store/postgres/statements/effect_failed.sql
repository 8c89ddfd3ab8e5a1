update doku.effects
set last_error = $3, last_answer = $3, failures = failures + 1, due_at = coalesce($4, due_at), dead_at = $5
where id = $1 and attempt = $2 and done_at is null
