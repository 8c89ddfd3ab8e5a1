-- Version and settings of the server, the store's size, and how long ago the oldest transaction began that keeps it from
-- cleaning up.
select
    current_setting('server_version'),
    (select version from doku.meta),
    current_setting('fsync'),
    current_setting('synchronous_commit'),
    (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
    from pg_class c where c.relnamespace = 'doku'::regnamespace and c.relkind = 'r'),
    (select coalesce(max(age(held.xmin)), 0)::bigint from (
        select backend_xmin from pg_stat_activity where pid <> pg_backend_pid()
        union all select transaction from pg_prepared_xacts
        union all select xmin from pg_replication_slots
    ) as held (xmin))
