# SET holds for the session, or for the transaction that keeps it.
> SET search_path = a, "B c", public
> SHOW search_path
a, "B c", public
> SET TIME ZONE 'Europe/Berlin'
> SHOW timezone
Europe/Berlin
> SET TIME ZONE INTERVAL '+02:30' HOUR TO MINUTE
> SHOW timezone
<+02:30>-02:30
> SELECT to_timestamp(0)::text
1970-01-01 02:30:00+02:30
> SET TIME ZONE INTERVAL '-07:00'
> SELECT to_timestamp(0)::text
1969-12-31 17:00:00-07
> SET client_encoding = '''utf-8'''
> SHOW client_encoding
UTF8
> SET statement_timeout = '90s'
> SHOW statement_timeout
90s
> SET my.setting = 'kept'
> SHOW my.setting
kept
! SET nonsense = 1
code: 42704
! SET server_version = '9'
code: 55P02
! SET statement_timeout = 'soon'
code: 22023
! SET ssh_host_key_policy = 'strict'
code: 55P02
hint: ALTER SYSTEM
> BEGIN
> SET LOCAL application_name = 'inside'
> SET extra_float_digits = 3
> SHOW application_name
inside
> ROLLBACK
> SHOW extra_float_digits
1
