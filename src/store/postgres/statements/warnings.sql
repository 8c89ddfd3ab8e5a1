-- What holds old rows back: claims slow down while it lasts.
select format(
    'a transaction is open for %s s (process %s, user %s, %s), and nothing that ended since can be cleared away: end it',
    extract(epoch from clock_timestamp() - a.xact_start)::bigint, a.pid, a.usename, a.state
) from pg_catalog.pg_stat_activity a
where a.datname = current_database() and a.pid <> pg_catalog.pg_backend_pid()
    and coalesce(a.backend_xmin, a.backend_xid) is not null
    and a.xact_start < clock_timestamp() - $1 * interval '1 millisecond'
union all
select format(
    'a prepared transaction (%s) waits for %s s, and nothing that ended since can be cleared away: commit it or roll it back',
    p.gid, extract(epoch from clock_timestamp() - p.prepared)::bigint
) from pg_catalog.pg_prepared_xacts p
where p.database = current_database() and p.prepared < clock_timestamp() - $1 * interval '1 millisecond'
union all
select format('the replication slot %s is left and holds old rows back: drop it, or start who reads it', s.slot_name)
from pg_catalog.pg_replication_slots s where not s.active and s.xmin is not null
