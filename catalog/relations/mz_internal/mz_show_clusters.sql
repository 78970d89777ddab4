-- Behind SHOW CLUSTERS.
CREATE VIEW mz_internal.mz_show_clusters AS
SELECT cluster.name, 'r1 (' || cluster.size || ')' AS replicas, coalesce(comment.comment, '') AS comment
FROM mz_catalog.mz_clusters AS cluster
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = 'cluster' AND comment.object_id = cluster.id AND comment.sub_id = 0;

COMMENT ON VIEW mz_internal.mz_show_clusters IS 'What SHOW CLUSTERS lists.';
COMMENT ON COLUMN mz_internal.mz_show_clusters.name IS 'The name of the cluster.';
COMMENT ON COLUMN mz_internal.mz_show_clusters.replicas IS 'Its replicas and their sizes.';
COMMENT ON COLUMN mz_internal.mz_show_clusters.comment IS 'The comment on it; empty when there is none.';
