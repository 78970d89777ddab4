-- Filled by --egress-address, or by the address of the route to the network.
CREATE VIEW mz_catalog.mz_egress_ips AS
SELECT egress_ip, prefix_length, cidr
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_catalog.mz_egress_ips', true), ''), '[]')::jsonb)
  AS address(egress_ip text, prefix_length integer, cidr text);

COMMENT ON VIEW mz_catalog.mz_egress_ips IS 'The addresses that connections to the outside come from: what a bastion must let in.';
COMMENT ON COLUMN mz_catalog.mz_egress_ips.egress_ip IS 'The start of the range of addresses.';
COMMENT ON COLUMN mz_catalog.mz_egress_ips.prefix_length IS 'The number of leading bits of the mask.';
COMMENT ON COLUMN mz_catalog.mz_egress_ips.cidr IS 'The range in CIDR notation.';
