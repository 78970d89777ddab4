-- Filled by CREATE CONNECTION … TO KAFKA.
CREATE VIEW mz_catalog.mz_kafka_connections AS
SELECT
  id,
  ARRAY(SELECT jsonb_array_elements_text(coalesce(facts -> 'brokers', '[]'))) AS brokers,
  facts ->> 'progressTopic' AS sink_progress_topic
FROM mirror.items
WHERE kind = 'connection' AND type = 'kafka';

COMMENT ON VIEW mz_catalog.mz_kafka_connections IS 'One row for each Kafka connection.';
COMMENT ON COLUMN mz_catalog.mz_kafka_connections.id IS 'The unique ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_catalog.mz_kafka_connections.brokers IS 'The addresses of the brokers to bootstrap from.';
COMMENT ON COLUMN mz_catalog.mz_kafka_connections.sink_progress_topic IS 'The name of the topic that sinks keep their progress in.';
