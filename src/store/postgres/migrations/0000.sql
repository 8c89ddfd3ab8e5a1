create schema doku;
create table doku.meta (
    one boolean primary key default true check (one),
    version bigint not null,
    environment text not null,
    client_id text not null,
    created_at bigint not null
);
