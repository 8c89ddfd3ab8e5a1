select
    (select count(*) from doku.orders),
    (select count(*) from doku.orders where close_reason is null
    and ((rank = 10 and last_outcome is not null and life <> '{"under_way":0,"unresolved":0,"known":"nothing"}') or (due_at is null and rank in (0, 10, 30)) or alerts <> 0)),
    (select count(*) from doku.orders where due_at <= $1),
    (select count(*) from doku.notifications),
    (select count(*) from doku.notifications where verdict not in ('accepted', 'unconfirmed')),
    (select count(*) from doku.effects),
    (select count(*) from doku.effects where done_at is null),
    (select count(*) from doku.effects where done_at is null and dead_at is not null)
