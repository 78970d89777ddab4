# Lists are relations: they filter and sort.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'h', USER 'u')
> CREATE CONNECTION other TO SSH TUNNEL (HOST 'h', USER 'u')
> CREATE SECRET p AS 'x'
> SHOW CONNECTIONS
other | ssh-tunnel | 
t | ssh-tunnel | 
> SHOW CONNECTIONS LIKE 't%'
t | ssh-tunnel | 
> SHOW CONNECTIONS WHERE name = 'other' -- a comment
other | ssh-tunnel | 
> SHOW OBJECTS
other | connection | 
p | secret | 
t | connection | 
> SHOW SECRETS FROM materialize.public
p | 
> SHOW SOURCES
> SHOW CLUSTERS
quickstart | r1 (25cc) | 
> SHOW SCHEMAS WHERE name = 'public'
public | 
> SHOW COLUMNS FROM mz_ssh_tunnel_connections
id | t | text | The unique ID of the connection. Refers to mz_connections.id.
public_key_1 | t | text | The first public key, as a line of authorized_keys.
public_key_2 | t | text | The second public key. ROTATE KEYS makes it the first and a new one takes its place.
! SHOW COLUMNS FROM t
contains: materialize.public.t is a connection and so does not have columns
! SELECT * FROM t
code: 42P01
position: 15
hint: "t" is a connection, not a relation

! SELECT * FROM public.nothing
code: 42P01
contains: relation "public.nothing" does not exist

! SHOW CONNECTIONS FROM nowhere
code: 3F000
contains: unknown schema 'nowhere'
! SHOW CONNECTIONS WHERE nosuch = 1
code: 42703
> SET schema = nowhere
! SHOW CONNECTIONS
code: 3F000
contains: no valid schema selected
