-- Empty: sources carry no data here.
CREATE VIEW mz_catalog.mz_kafka_sources AS
SELECT
  NULL::text AS id,
  NULL::text AS group_id_prefix,
  NULL::text AS topic
WHERE false;

COMMENT ON VIEW mz_catalog.mz_kafka_sources IS 'Details of Kafka sources.';
COMMENT ON COLUMN mz_catalog.mz_kafka_sources.id IS 'The unique ID of the source.';
COMMENT ON COLUMN mz_catalog.mz_kafka_sources.group_id_prefix IS 'The prefix of its consumer group.';
COMMENT ON COLUMN mz_catalog.mz_kafka_sources.topic IS 'The topic that it reads.';
