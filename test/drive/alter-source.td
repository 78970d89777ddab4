# There is no source to alter.
! ALTER SOURCE s SET (RETAIN HISTORY = FOR '1s')
code: 42704
> ALTER SOURCE IF EXISTS s DROP SUBSOURCE x
notice: does not exist, skipping
