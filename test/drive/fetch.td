# Forward, a few at a time.
> BEGIN
> DECLARE c CURSOR FOR SELECT g FROM generate_series(1, 5) g
> FETCH NEXT FROM c
1
> FETCH 2 FROM c
2
3
> MOVE 1 IN c
> FETCH ALL FROM c
5
> FETCH c
! FETCH BACKWARD 1 FROM c
code: 55000
contains: cursor can only scan forward
> ROLLBACK
