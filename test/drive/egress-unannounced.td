# Addresses that nobody announced are those of the routes, and a NAT may stand on the way.
> SELECT count(*) >= 0 FROM mz_egress_ips
t
notice: a NAT on the way may change them
