# Sources are understood, and refused where they would be made.
> CREATE CONNECTION pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u') WITH (VALIDATE = false)
! CREATE SOURCE s FROM POSTGRES CONNECTION pg (PUBLICATION 'p') FOR ALL TABLES
code: 0A000
! CREATE SOURCE s FROM KAFKA CONNECTION pg (TOPIC 't')
code: 42809
contains: materialize.public.pg is not a KAFKA CONNECTION
! CREATE SOURCE s FROM POSTGRES CONNECTION gone (PUBLICATION 'p')
code: 42704
