# RESET goes back to what the session began with.
> SET application_name = 'x'
> RESET application_name
> SET DateStyle = 'ISO, DMY'
> RESET ALL
> SHOW DateStyle
ISO, MDY
! RESET nonsense
code: 42704
