-- Whether these bytes came before under this id, and whether others did.
select coalesce(bool_or(body_sha256 = $3), false), coalesce(bool_or(body_sha256 <> $3), false)
from doku.notifications where client_id = $1 and request_id = $2
