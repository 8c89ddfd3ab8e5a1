-- Whether these bytes came before under this id, and whether others did.
select coalesce(max(body_sha256 = ?3), 0), coalesce(max(body_sha256 <> ?3), 0)
from doku_notifications where client_id = ?1 and request_id = ?2
