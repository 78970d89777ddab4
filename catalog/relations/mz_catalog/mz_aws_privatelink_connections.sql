-- Empty: there are no PrivateLink connections here.
CREATE VIEW mz_catalog.mz_aws_privatelink_connections AS
SELECT
  NULL::text AS id,
  NULL::text AS principal
WHERE false;

COMMENT ON VIEW mz_catalog.mz_aws_privatelink_connections IS 'One row for each AWS PrivateLink connection.';
COMMENT ON COLUMN mz_catalog.mz_aws_privatelink_connections.id IS 'The unique ID of the connection.';
COMMENT ON COLUMN mz_catalog.mz_aws_privatelink_connections.principal IS 'The AWS principal to let in.';
