-- The project file. Data sets keep their rows in tables of their own, named data_<id>.

create table meta (key varchar primary key, value varchar not null);

create sequence dataset_ids;
create table datasets (
    id integer primary key default nextval('dataset_ids'),
    name varchar not null,
    table_name varchar not null,
    rows bigint not null,
    version integer not null default 1,       -- grows whenever the rows or roles change: the key of every cache
    roles json not null,
    columns json not null,                    -- [{name, kind}] in the order of the file
    warnings json not null default '[]',
    folder varchar,                           -- media are served from here alone; null where nobody said
    note varchar not null default '',
    created_at timestamp not null default (now()::timestamp),
    deleted_at timestamp
);

create sequence source_ids;
create table sources (                        -- provenance: one row for each file that went in
    id integer primary key default nextval('source_ids'),
    dataset integer not null,
    path varchar not null,
    sha256 varchar not null,
    size bigint not null,                     -- bytes of the file
    rows bigint not null,
    rejected bigint not null,
    matched bigint,                           -- null for the first file; else rows that joined by id
    unmatched bigint,                         -- rows of this file whose id the data set does not have
    reader json not null,
    tool_version varchar not null,
    read_at timestamp not null default (now()::timestamp)
);

create table rejects (                        -- lines of a file that did not become rows
    source integer not null,
    line bigint not null,
    reason varchar not null,
    content varchar not null
);

create table runs (                           -- one model version on a data set; its columns stand in the roles
    dataset integer not null,
    name varchar not null,
    meta json not null default '{}',
    created_at timestamp not null default (now()::timestamp),
    primary key (dataset, name)
);

create sequence event_numbers;
create table events (                         -- append only: what people said of examples
    number bigint primary key default nextval('event_numbers'),
    dataset integer not null,
    example varchar not null,
    kind varchar not null check (kind in ('tag', 'reviewed', 'note', 'verdict', 'undo', 'redo')),
    name varchar not null default '',         -- the tag
    value varchar not null default '',        -- yes or no; the note; the verdict
    queue integer,                            -- the queue it was read in: how the example was drawn
    author varchar not null,
    made_at timestamp not null default (now()::timestamp),
    session varchar not null,                 -- with seq: the same event arriving twice is written once
    seq bigint not null,
    undoes bigint,                            -- the seq, in this session, of the event taken back or restored
    unique (session, seq)
);

create sequence tag_ids;
create table tags (                           -- the tags in use, in the order of their keys
    id integer primary key default nextval('tag_ids'),
    dataset integer not null,
    name varchar not null,
    unique (dataset, name)
);

create sequence queue_ids;
create table queues (                         -- a list of examples to read, written once
    id integer primary key default nextval('queue_ids'),
    dataset integer not null,
    run varchar not null,
    design json not null,                     -- kind, filter, rows wanted, seed: how it was drawn
    population bigint not null,               -- rows the filter held then
    author varchar not null,
    created_at timestamp not null default (now()::timestamp)
);
create table queue_items (queue integer not null, position integer not null, example varchar not null, primary key (queue, position));

create table slices (
    dataset integer not null,
    slice varchar not null,
    name varchar not null,
    note varchar not null default '',
    author varchar not null,
    made_at timestamp not null default (now()::timestamp),
    primary key (dataset, slice)
);

create table hlp_entries (                    -- human-level performance as given by a person
    dataset integer not null,
    slice varchar not null,                   -- '' for all rows
    metric varchar not null,
    value double not null,
    n bigint,
    lo double,
    hi double,
    note varchar not null default '',
    author varchar not null,
    made_at timestamp not null default (now()::timestamp),
    primary key (dataset, slice, metric)
);

-- An event is in force unless the last undo or redo that names it is an undo.
create view live_events as
with reversals as (
    select session, undoes, arg_max(kind, number) as last_kind
    from events
    where undoes is not null
    group by session, undoes
)
select events.*
from events
left join reversals on reversals.session = events.session and reversals.undoes = events.seq
where events.kind not in ('undo', 'redo') and coalesce(reversals.last_kind, 'redo') = 'redo';

create view tag_states as
select dataset, example, name as tag, arg_max(value, number) as state
from live_events
where kind = 'tag'
group by dataset, example, name;

create view reviews as
select dataset, example, min(made_at) as first_at, arg_max(queue, number) as queue
from live_events
where kind = 'reviewed'
group by dataset, example;

create view notes as
select dataset, example, arg_max(value, number) as note
from live_events
where kind = 'note'
group by dataset, example;
