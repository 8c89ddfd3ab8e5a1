update doku_notifications set verdict = ?2 where id = ?1 and verdict = 'unknown_invoice'
