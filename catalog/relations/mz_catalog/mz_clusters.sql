-- One row, so that clients that look for a cluster find one; nothing is computed here.
CREATE VIEW mz_catalog.mz_clusters AS
SELECT
  's1'::text AS id,
  'quickstart'::text AS name,
  's1'::text AS owner_id,
  '{=U/s1,s1=UC/s1}'::text[] AS privileges,
  true AS managed,
  '25cc'::text AS size,
  1::bigint AS replication_factor,
  false AS disk,
  NULL::text[] AS availability_zones,
  false AS introspection_debugging,
  '1 second'::interval AS introspection_interval;

COMMENT ON VIEW mz_catalog.mz_clusters IS 'The clusters. There is one, which holds nothing: kept for clients that expect it.';
COMMENT ON COLUMN mz_catalog.mz_clusters.id IS 'The unique ID of the cluster.';
COMMENT ON COLUMN mz_catalog.mz_clusters.name IS 'The name of the cluster.';
COMMENT ON COLUMN mz_catalog.mz_clusters.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_clusters.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
COMMENT ON COLUMN mz_catalog.mz_clusters.managed IS 'Whether replicas are managed by the system.';
COMMENT ON COLUMN mz_catalog.mz_clusters.size IS 'The size of its replicas.';
COMMENT ON COLUMN mz_catalog.mz_clusters.replication_factor IS 'The number of its replicas.';
COMMENT ON COLUMN mz_catalog.mz_clusters.disk IS 'Whether its replicas have a disk.';
COMMENT ON COLUMN mz_catalog.mz_clusters.availability_zones IS 'The zones that its replicas may be in.';
COMMENT ON COLUMN mz_catalog.mz_clusters.introspection_debugging IS 'Whether introspection of the introspection is on.';
COMMENT ON COLUMN mz_catalog.mz_clusters.introspection_interval IS 'How often introspection data is collected.';
