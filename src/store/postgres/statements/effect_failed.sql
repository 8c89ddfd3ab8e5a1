update doku.effects set last_error = $3, due_at = $4 where id = $1 and attempt = $2 and done_at is null
