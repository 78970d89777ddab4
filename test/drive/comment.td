# Comments stand beside their objects and go with them.
> CREATE SECRET p AS 'x'
> COMMENT ON SECRET p IS 'the password'
> COMMENT ON SCHEMA public IS 'all of it'
> COMMENT ON DATABASE materialize IS 'ours'
> CREATE ROLE r
> COMMENT ON ROLE r IS 'someone'
> SELECT object_type, comment FROM mz_internal.mz_comments ORDER BY object_type
database | ours
role | someone
schema | all of it
secret | the password
> SHOW SECRETS
p | the password
> COMMENT ON SECRET p IS ''
> COMMENT ON ROLE r IS NULL
> SELECT object_type, comment FROM mz_internal.mz_comments ORDER BY object_type
database | ours
schema | all of it
> DROP SCHEMA public CASCADE
notice: drop cascades
> SELECT object_type FROM mz_internal.mz_comments ORDER BY object_type
database
! COMMENT ON SECRET gone IS 'x'
code: 42704
