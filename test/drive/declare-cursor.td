# A cursor lives in its transaction.
! DECLARE c CURSOR FOR SELECT 1
code: 25P01
> BEGIN
> DECLARE c CURSOR FOR SELECT g FROM generate_series(1, 3) g
> FETCH ALL FROM c
1
2
3
> COMMIT
! FETCH c
code: 34000
